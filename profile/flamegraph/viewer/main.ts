import type { Graph } from '../data.ts'
import { Controls } from './controls.ts'
import { element } from './dom.ts'
import { Flame } from './flame.ts'
import { type Layout, layOutByTime, layOutByWeight } from './layout.ts'
import { Graphs } from './loader.ts'
import { costsByFrame, mergeCallees, mergeCallers } from './sandwich.ts'
import { renderSource } from './source.ts'
import { readState, type ViewState, writeState } from './state.ts'
import { type FunctionRow, FunctionTable } from './table.ts'
import { isDark, readPalette } from './theme.ts'
import { Tooltip } from './tooltip.ts'
import { placeOf } from './units.ts'

const EMPTY: Layout = layOutByWeight({ nodeFrame: [], nodeParent: [], nodeSelf: [] })

/** One graph with all that was computed of it once. */
interface Shown {
  readonly graph: Graph
  readonly rows: readonly FunctionRow[]
  readonly total: number
  readonly layouts: Partial<Record<ViewState['order'], Layout>>
}

/** Puts the parts of the page together and keeps them at one state, which is the address's. */
class Viewer {
  readonly #graphs = new Graphs()
  readonly #shown: (Shown | undefined)[] = []
  readonly #tooltip = new Tooltip()
  readonly #table = new FunctionTable((frame) => this.#select(frame))
  readonly #panel = element('section', { className: 'panel' })
  readonly #controls: Controls
  readonly #flame: Flame
  readonly #callers: Flame
  readonly #callees: Flame
  readonly #sandwich: HTMLElement
  #state: ViewState
  #present: { readonly graph: number; readonly order: string; readonly direction: string } | undefined

  constructor() {
    this.#state = readState(location.hash, this.#graphs.ids)
    this.#controls = new Controls(document.title, this.#graphs.ids, {
      change: (change) => this.#change(change),
      nextHottest: () => this.#selectNext(),
      resetZoom: () => this.#flame.reset(),
      toggleTheme: () => this.#toggleTheme(),
    })
    const main = element('canvas', { tabIndex: 0 })
    main.ariaLabel = 'flame graph'
    this.#flame = this.#createFlame(main, (viewport) => {
      const { total } = this.#flame.layout
      this.#remember({ zoom: [viewport.start / total, viewport.width / total] })
    })
    const [callers, callees] = [element('canvas'), element('canvas')]
    this.#callers = this.#createFlame(callers)
    this.#callees = this.#createFlame(callees)
    this.#sandwich = element(
      'div',
      { className: 'sandwich' },
      element('h2', { textContent: 'callers: who pays for it' }),
      element('div', { className: 'stage' }, callers),
      element('h2', { textContent: 'callees: what it pays for' }),
      element('div', { className: 'stage' }, callees),
    )
    document.body.append(
      this.#controls.element,
      element('main', {}, element('div', { className: 'stage' }, main), this.#panel),
      this.#tooltip.element,
    )
    addEventListener('keydown', (event) => this.#onKey(event))
    addEventListener('hashchange', () => {
      this.#state = readState(location.hash, this.#graphs.ids)
      void this.#render()
    })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void this.#render())
    // Drawn in the next frame; whoever waits for the page can wait for this.
    void this.#render().then(() => requestAnimationFrame(() => performance.mark('flamegate-ready')))
  }

  #createFlame(canvas: HTMLCanvasElement, onViewport: Flame['setViewport'] = () => {}): Flame {
    const flame: Flame = new Flame(canvas, EMPTY, {
      palette: readPalette,
      onHover: (box, x, y) => this.#tooltip.show(this.#current()!.graph, flame.layout, box, x, y),
      onClick: (box) => {
        flame.zoomTo(box)
        this.#select(flame.layout.frame[box]!)
      },
      onViewport,
    })
    return flame
  }

  #current(): Shown | undefined {
    return this.#shown[this.#state.graph]
  }

  async #load(index: number): Promise<Shown> {
    const known = this.#shown[index]
    if (known !== undefined) return known
    const graph = await this.#graphs.load(index)
    const { self, total } = costsByFrame(graph)
    const rows = Array.from(self, (cost, frame) => ({ frame, self: cost, total: total[frame]! })).filter(
      (row) => row.total > 0 && graph.nodeFrame[0] !== row.frame,
    )
    const shown = { graph, rows, total: self.reduce((a, b) => a + b, 0), layouts: {} }
    this.#shown[index] = shown
    return shown
  }

  #change(change: Partial<ViewState>): void {
    const isOther = change.graph !== undefined || change.order !== undefined
    this.#remember(isOther ? { zoom: [0, 1], ...change } : change)
    void this.#render()
  }

  #remember(change: Partial<ViewState>): void {
    this.#state = { ...this.#state, ...change }
    history.replaceState(null, '', writeState(this.#state, this.#graphs.ids))
  }

  async #render(): Promise<void> {
    const shown = await this.#load(this.#state.graph)
    const { graph, rows, total } = shown
    const { order, direction, zoom } = this.#state
    this.#controls.show(graph, this.#state)
    const present = this.#present
    if (present?.graph !== this.#state.graph || present.order !== order || present.direction !== direction) {
      this.#present = { graph: this.#state.graph, order, direction }
      const layout = this.#layoutOf(shown, order)
      this.#flame.frames = graph.frames
      this.#flame.show(layout, direction === 'flame')
      this.#flame.setViewport({ start: zoom[0] * layout.total, width: zoom[1] * layout.total })
      if (present?.graph !== this.#state.graph) this.#table.show(graph, rows, total)
    }
    const selected = this.#selectedFrame(graph)
    const isMatch = this.#match(graph)
    this.#flame.highlight(isMatch, selected)
    this.#table.highlight(this.#state.search, isMatch, selected)
    this.#renderPanel(shown, selected)
  }

  #layoutOf({ graph, layouts }: Shown, order: ViewState['order']): Layout {
    layouts[order] ??=
      order === 'time' && graph.sampleNode.length > 0 ? layOutByTime(graph) : layOutByWeight(graph)
    return layouts[order]
  }

  #renderPanel({ graph, rows, total }: Shown, selected: number): void {
    switch (this.#state.panel) {
      case 'functions':
        if (this.#panel.firstChild !== this.#table.element) this.#panel.replaceChildren(this.#table.element)
        return
      case 'source':
        this.#panel.replaceChildren(renderSource(graph, graph.frames[selected], total))
        this.#panel.querySelector('tr.selected')?.scrollIntoView({ block: 'center' })
        return
      case 'sandwich': {
        this.#panel.replaceChildren(this.#sandwich)
        const hottest = rows.reduce<FunctionRow | undefined>(
          (a, b) => (a && a.self >= b.self ? a : b),
          undefined,
        )
        const frame = selected >= 0 ? selected : (hottest?.frame ?? 0)
        this.#callers.frames = graph.frames
        this.#callers.show(layOutByWeight(mergeCallers(graph, frame)), true)
        this.#callees.frames = graph.frames
        this.#callees.show(layOutByWeight(mergeCallees(graph, frame)), false)
        return
      }
      default:
        this.#state.panel satisfies never
    }
  }

  #nameOf(graph: Graph, frame: number): string {
    const facts = graph.frames[frame]!
    return `${facts.name}@${placeOf(facts)}`
  }

  #selectedFrame(graph: Graph): number {
    if (this.#state.selected === '') return -1
    return graph.frames.findIndex((_, frame) => this.#nameOf(graph, frame) === this.#state.selected)
  }

  #select(frame: number): void {
    const { graph } = this.#current()!
    this.#change({ selected: this.#nameOf(graph, frame) })
  }

  #selectNext(): void {
    const { graph, rows } = this.#current()!
    const hottest = [...rows].sort((a, b) => b.self - a.self)
    const at = hottest.findIndex(({ frame }) => frame === this.#selectedFrame(graph))
    const next = hottest[(at + 1) % hottest.length]
    if (next !== undefined) this.#select(next.frame)
  }

  #match(graph: Graph): Uint8Array | undefined {
    const wanted = this.#state.search.trim().toLowerCase()
    if (wanted === '') return undefined
    return Uint8Array.from(graph.frames, (frame) =>
      `${frame.name} ${placeOf(frame)} ${frame.category}`.toLowerCase().includes(wanted) ? 1 : 0,
    )
  }

  #toggleTheme(): void {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark'
    void this.#render()
  }

  #onKey(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement
    if (event.ctrlKey || event.metaKey || event.altKey || (isTyping && event.key !== 'Escape')) return
    const { direction, order } = this.#state
    const actions: Record<string, () => void> = {
      '/': () => this.#controls.search.focus(),
      Escape: () => {
        if (!isTyping) return this.#flame.reset()
        this.#controls.search.blur()
        this.#change({ search: '' })
      },
      '0': () => this.#flame.reset(),
      w: () => this.#flame.zoomBy(0.7),
      s: () => this.#flame.zoomBy(1 / 0.7),
      '+': () => this.#flame.zoomBy(0.7),
      '-': () => this.#flame.zoomBy(1 / 0.7),
      a: () => this.#flame.panBy(-0.2),
      d: () => this.#toggleTheme(),
      ArrowLeft: () => this.#flame.panBy(-0.2),
      ArrowRight: () => this.#flame.panBy(0.2),
      ArrowUp: () => this.#flame.zoomBy(0.7),
      ArrowDown: () => this.#flame.zoomBy(1 / 0.7),
      i: () => this.#change({ direction: direction === 'flame' ? 'icicle' : 'flame' }),
      o: () => this.#change({ order: order === 'heavy' ? 'time' : 'heavy' }),
      n: () => this.#selectNext(),
      '1': () => this.#change({ panel: 'functions' }),
      '2': () => this.#change({ panel: 'sandwich' }),
      '3': () => this.#change({ panel: 'source' }),
    }
    const action = actions[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }
}

new Viewer()
