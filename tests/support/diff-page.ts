// A page of two versions, in a browser.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import type { Graph, PageSource } from '../../profile/flamegraph/data.ts'
import { renderPage } from '../../profile/flamegraph/page.ts'
import { openPage } from './browser.ts'
import { drawDiff } from './drawn-diff.ts'

export const EVIL = `</script><img src=x onerror="globalThis.hacked=1;alert('xss')">`

export const SOURCES: readonly PageSource[] = [
  {
    file: 'app.js',
    text: 'one\nfunction b() {\n  slow\n  more\n}',
    heat: [
      [3, 500],
      [4, 100],
    ],
    counts: [[3, 4]],
    baseline: {
      text: 'zero\none\nfunction b() {\n  fast\n}',
      heat: [[4, 300]],
      counts: [[4, 2]],
    },
  },
  {
    file: 'lib.js',
    text: 'x\ny\nz\nfunction c(n) {\n}',
    heat: [],
    baseline: { text: 'function c() {\n}\nx\ny\nz', heat: [] },
  },
]

/**
 * An op that went from 1000 to 1200 ns. At 1200 pixels a pixel is a nanosecond of the version after:
 *
 *     b 300 → 600        c 300 → 300  noisy 200 → 210
 *     a 800 → 1110                                     came 0 → 90      (and left 200 → 0)
 */
export function versions(evil = 'came'): Graph {
  const graph = drawDiff({
    baseline: [
      ['a > b@file:///app.js:3', 300],
      ['a > c@file:///lib.js:1', 300],
      ['a > noisy', 200],
      ['left', 200],
    ],
    candidate: [
      ['a > b@file:///app.js:2', 600],
      ['a > c@file:///lib.js:4', 300],
      ['a > noisy', 210],
      ['came', 90],
    ],
    totals: [1000, 1200],
    changes: { b: 'changed', c: 'moved', left: 'gone', came: 'new' },
    noise: { b: 20, c: 10, noisy: 50 },
    calls: { b: [2, 4], left: [3, null], came: [null, 1] },
    blame: {
      sentence: `b is slower ${EVIL}`,
      rows: [
        row('b', 'called 4 instead of 2 times per op', 300),
        row('left', 'is gone', -200),
        row('elsewhere', EVIL, 90),
      ],
      unexplained: 10,
    },
  })
  const frames = graph.frames.map((frame) => (frame.name === 'came' ? { ...frame, name: evil } : frame))
  return { ...graph, frames, sources: SOURCES }
}

function row(key: string, reason: string, explained: number) {
  return { key, name: key, place: 'app.js', reason, explained, low: explained - 10, high: explained + 10 }
}

interface Opened {
  readonly page: Page
  readonly problems: string[]
}

export async function show(
  t: TestContext,
  hash = '',
  graphs: readonly Graph[] = [versions()],
): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate diff page '))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'a page.html')
  await writeFile(file, await renderPage({ title: 'two versions', graphs }))
  const opened = await openPage(t)
  // What is written on boxes is pixels: the page is asked what it wrote in the last picture.
  await opened.page.addInitScript(() => {
    const written: string[] = []
    Object.assign(globalThis, { written })
    const { fillText, fillRect } = CanvasRenderingContext2D.prototype
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
      if (this.canvas.tabIndex === 0) written.push(text)
      fillText.call(this, text, x, y)
    }
    CanvasRenderingContext2D.prototype.fillRect = function (x, y, width, height) {
      const isAll = x === 0 && y === 0 && height === this.canvas.clientHeight
      if (isAll && this.canvas.tabIndex === 0) written.length = 0
      fillRect.call(this, x, y, width, height)
    }
  })
  await opened.page.goto(pathToFileURL(file).href + hash)
  await opened.page.waitForFunction(() => performance.getEntriesByName('flamegate-ready').length > 0)
  return opened
}

export const nextPicture = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))

/** What is written on boxes, as they are now. */
export async function labels(page: Page): Promise<string[]> {
  await nextPicture(page)
  return page.evaluate(() => [...(globalThis as unknown as { written: string[] }).written])
}

/** A point of the main graph: `x` of its 1200 pixels, in the row of boxes that is so many above the root. */
export async function pointOf(page: Page, x: number, level: number): Promise<{ x: number; y: number }> {
  const canvas = (await page.locator('canvas').first().boundingBox())!
  assert.equal(canvas.width, 1200)
  return { x: canvas.x + x, y: canvas.y + canvas.height - level * 19 - 9 }
}

/** The colour there, in a word. */
export async function colourAt(page: Page, x: number, level: number): Promise<string> {
  await nextPicture(page)
  const [red, green, blue] = await page.evaluate(
    ([x, level]) => {
      const canvas = document.querySelector('canvas')!
      const y = canvas.height - level! * 19 - 9
      return [...canvas.getContext('2d')!.getImageData(x!, y, 1, 1).data]
    },
    [x, level],
  )
  if (red === 255 && green === 255 && blue === 255) return 'white'
  if (Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!) < 12) return 'grey'
  return red! > blue! ? 'red' : 'blue'
}

export const cells = (page: Page, selector: string) =>
  page.$$eval(selector, (rows) =>
    rows.map((row) => [...row.children].map(({ textContent }) => textContent?.trim() ?? '')),
  )
export const hash = (page: Page) =>
  page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))))
