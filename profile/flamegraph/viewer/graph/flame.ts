// The flamegraph on its canvas: painting, zoom, pointer.
import type { Layout } from './layout.ts'
import type { Palette } from './theme.ts'

/** Height of a box, CSS pixels. */
const ROW = 19
const FONT = '12px "Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", sans-serif'
/** Boxes narrower than this are not drawn one by one: they decide how long drawing takes. */
const THINNEST = 0.6
const NARROWEST_TEXT = 26
/** A row of boxes narrower than this is not worth its height. */
const NARROWEST_SEEN = 3

/** Which part of the layout is seen: from `start`, `width` wide, in its unit. */
export interface Viewport {
  readonly start: number
  readonly width: number
}

/** How boxes of a layout are painted. */
export interface Appearance {
  colour(palette: Palette, box: number, isLit: boolean): string
  /** The most telling text that fits, or the shortest one. */
  label(box: number, fits: (text: string) => boolean): string
}

export interface FlameOptions {
  /** Whether the wheel alone is for the page around it; with ctrl or ⌘ it zooms. */
  readonly isPageScrolled: boolean
  palette(): Palette
  /** Text of the tooltip, and what a click does. */
  onHover(box: number, x: number, y: number): void
  onClick(box: number): void
  onViewport(viewport: Viewport): void
}

/** A flame graph on a canvas: draws what is wide enough to be seen, zooms, scrolls, finds the box under the pointer. */
export class Flame {
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  readonly #options: FlameOptions
  #layout: Layout
  #look: Appearance = { colour: () => '', label: () => '' }
  #isUpwards = true
  #viewport: Viewport
  #scroll = 0
  #isMatch: Uint8Array | undefined
  #selected = -1
  #hovered = -1
  #pending = 0
  #rows = 0

  constructor(canvas: HTMLCanvasElement, layout: Layout, options: FlameOptions) {
    this.#canvas = canvas
    this.#context = canvas.getContext('2d', { alpha: false })!
    this.#options = options
    this.#layout = layout
    this.#viewport = { start: 0, width: layout.total }
    new ResizeObserver(() => this.draw()).observe(canvas)
    this.#listen()
  }

  /** @param isUpwards a flame, whose root is at the bottom; else an icicle */
  show(layout: Layout, look: Appearance, isUpwards: boolean): void {
    this.#layout = layout
    this.#look = look
    this.#isUpwards = isUpwards
    this.#viewport = { start: 0, width: layout.total }
    this.#scroll = 0
    this.#hovered = -1
    this.draw()
  }

  get layout(): Layout {
    return this.#layout
  }

  get viewport(): Viewport {
    return this.#viewport
  }

  setViewport(viewport: Viewport): void {
    if (this.#layout.total === 0) return
    const width = Math.min(this.#layout.total, Math.max(viewport.width, this.#layout.total * 1e-7))
    const start = Math.max(0, Math.min(viewport.start, this.#layout.total - width))
    this.#viewport = { start, width }
    this.#options.onViewport(this.#viewport)
    this.draw()
  }

  /** Shows one box as wide as the canvas. */
  zoomTo(box: number): void {
    this.setViewport({ start: this.#layout.start[box]!, width: this.#layout.width[box]! })
  }

  zoomBy(factor: number, centre = 0.5): void {
    const { start, width } = this.#viewport
    this.setViewport({ start: start + width * centre * (1 - factor), width: width * factor })
  }

  panBy(share: number): void {
    const { start, width } = this.#viewport
    this.setViewport({ start: start + width * share, width })
  }

  reset(): void {
    this.#scroll = 0
    this.setViewport({ start: 0, width: this.#layout.total })
  }

  /** Frames that are found keep their colour, the others fade; undefined for no search. */
  highlight(isMatch: Uint8Array | undefined, selectedFrame: number): void {
    this.#isMatch = isMatch
    this.#selected = selectedFrame
    this.draw()
  }

  draw(): void {
    if (this.#pending !== 0) return
    this.#pending = requestAnimationFrame(() => {
      this.#pending = 0
      this.#paint()
    })
  }

  #paint(): void {
    const { clientWidth, clientHeight } = this.#canvas
    if (clientWidth === 0 || clientHeight === 0) return
    const ratio = devicePixelRatio
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)]
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width
      this.#canvas.height = height
    }
    const palette = this.#options.palette()
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.#context.fillStyle = palette.background
    this.#context.fillRect(0, 0, clientWidth, clientHeight)
    this.#context.font = FONT
    this.#context.textBaseline = 'middle'
    this.#fitHeight(this.#paintBoxes(palette, clientWidth, clientHeight))
  }

  /** The canvas is as high as what can be seen of the graph; while it is zoomed, never lower than before. */
  #fitHeight(rows: number): void {
    const isWhole = this.#viewport.width >= this.#layout.total
    const wanted = isWhole ? rows : Math.max(rows, this.#rows)
    if (wanted === this.#rows) return
    this.#rows = wanted
    this.#canvas.parentElement?.style.setProperty('--rows', String(wanted))
  }

  /** @returns how many rows have a box that can be told from a line */
  #paintBoxes(palette: Palette, canvasWidth: number, canvasHeight: number): number {
    const { count, start, width, depth, end, total } = this.#layout
    let rows = 0
    if (total === 0) return rows
    const scale = canvasWidth / this.#viewport.width
    const left = this.#viewport.start
    for (let box = 0; box < count; ) {
      const x = (start[box]! - left) * scale
      const w = width[box]! * scale
      if (w < THINNEST || x > canvasWidth || x + w < 0) {
        // Whatever stands on it is no wider.
        box = end[box]!
        continue
      }
      const y = this.#topOf(depth[box]!, canvasHeight)
      if (y + ROW >= 0 && y <= canvasHeight) {
        const from = Math.max(0, x)
        const boxWidth = Math.min(canvasWidth, x + w) - from
        this.#paintBox(palette, box, from, y, boxWidth)
      }
      if (w >= NARROWEST_SEEN) rows = Math.max(rows, depth[box]! + 1)
      box++
    }
    return rows
  }

  #paintBox(palette: Palette, box: number, x: number, y: number, width: number): void {
    const id = this.#layout.frame[box]!
    const isFaded = this.#isMatch !== undefined && this.#isMatch[id] === 0
    const isLit = box === this.#hovered || id === this.#selected
    const context = this.#context
    const [drawnWidth, height] = [Math.max(THINNEST, width - (width > 3 ? 1 : 0)), ROW - 1]
    context.fillStyle = isFaded ? palette.faded : this.#look.colour(palette, box, isLit)
    context.fillRect(x, y, drawnWidth, height)
    if (id === this.#selected && width > 3) {
      context.strokeStyle = palette.outline
      context.strokeRect(x + 0.5, y + 0.5, drawnWidth - 1, height - 1)
    }
    if (width < NARROWEST_TEXT) return
    const room = width - 8
    const label = this.#look.label(box, (text) => widthOf(context, text) <= room)
    context.fillStyle = isFaded ? palette.fadedText : palette.boxText
    context.fillText(fit(context, label, room), x + 4, y + ROW / 2)
  }

  #topOf(depth: number, canvasHeight: number): number {
    return this.#isUpwards ? canvasHeight - (depth + 1) * ROW + this.#scroll : depth * ROW - this.#scroll
  }

  /** The box at a point of the canvas; -1 for none. */
  boxAt(x: number, y: number): number {
    const { clientWidth, clientHeight } = this.#canvas
    const level = Math.floor(
      this.#isUpwards ? (clientHeight - y + this.#scroll) / ROW : (y + this.#scroll) / ROW,
    )
    const at = this.#viewport.start + (x / clientWidth) * this.#viewport.width
    const { count, start, width, depth, end } = this.#layout
    for (let box = 0; box < count; ) {
      if (at < start[box]! || at >= start[box]! + width[box]!) box = end[box]!
      else if (depth[box] === level) return box
      else box++
    }
    return -1
  }

  #listen(): void {
    const canvas = this.#canvas
    let drag: { x: number; y: number; start: number; scroll: number; hasMoved: boolean } | undefined
    canvas.addEventListener('pointerdown', ({ offsetX, offsetY, pointerId }) => {
      canvas.setPointerCapture(pointerId)
      drag = { x: offsetX, y: offsetY, start: this.#viewport.start, scroll: this.#scroll, hasMoved: false }
    })
    canvas.addEventListener('pointermove', ({ offsetX, offsetY, clientX, clientY }) => {
      if (drag === undefined) return this.#hover(offsetX, offsetY, clientX, clientY)
      if (Math.abs(offsetX - drag.x) + Math.abs(offsetY - drag.y) > 4) drag.hasMoved = true
      if (!drag.hasMoved) return
      this.#scrollTo(drag.scroll + (this.#isUpwards ? 1 : -1) * (offsetY - drag.y))
      const moved = ((offsetX - drag.x) / canvas.clientWidth) * this.#viewport.width
      this.setViewport({ start: drag.start - moved, width: this.#viewport.width })
    })
    canvas.addEventListener('pointerup', ({ offsetX, offsetY }) => {
      const box = drag?.hasMoved === false ? this.boxAt(offsetX, offsetY) : -1
      drag = undefined
      if (box >= 0) this.#options.onClick(box)
    })
    canvas.addEventListener('pointerleave', () => this.#hover(-1, -1, 0, 0))
    canvas.addEventListener('dblclick', () => this.reset())
    canvas.addEventListener(
      'wheel',
      (event) => {
        if (this.#options.isPageScrolled && !(event.ctrlKey || event.metaKey || event.shiftKey)) return
        event.preventDefault()
        if (event.shiftKey)
          this.#scrollTo(this.#scroll + (this.#isUpwards ? -1 : 1) * (event.deltaY || event.deltaX))
        else if (Math.abs(event.deltaX) > Math.abs(event.deltaY))
          this.panBy(event.deltaX / canvas.clientWidth)
        else this.zoomBy(1.0015 ** event.deltaY, event.offsetX / canvas.clientWidth)
        this.draw()
      },
      { passive: false },
    )
  }

  #scrollTo(scroll: number): void {
    const room = (this.#layout.deepest + 2) * ROW - this.#canvas.clientHeight
    this.#scroll = Math.max(0, Math.min(scroll, Math.max(0, room)))
  }

  #hover(x: number, y: number, clientX: number, clientY: number): void {
    const box = x < 0 ? -1 : this.boxAt(x, y)
    if (box !== this.#hovered) {
      this.#hovered = box
      this.draw()
    }
    this.#options.onHover(box, clientX, clientY)
  }
}

const widths = new Map<string, number>()

function widthOf(context: CanvasRenderingContext2D, text: string): number {
  let width = widths.get(text)
  if (width === undefined) {
    width = context.measureText(text).width
    widths.set(text, width)
  }
  return width
}

/** As much of the text as there is room for. */
function fit(context: CanvasRenderingContext2D, text: string, room: number): string {
  const short = text.length > 200 ? text.slice(0, 200) : text
  const width = widthOf(context, short)
  if (width <= room) return short
  const length = Math.floor((short.length * (room - 12)) / width)
  return length < 2 ? '' : `${short.slice(0, length)}…`
}
