// Pages of runs in headless Chromium: until they can be used, and how long what people do first blocks the main thread.
// node --import ./perf/process/strip-types/register.mjs tests/benchmarks/run-page.ts <report.html> [playwright-report/index.html]
import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { renderTable } from '../../perf/report/parts/markdown-table.ts'
import { median } from '../../perf/stats/quantile.ts'
import { launchBrowser } from '../support/chromium.ts'

const RUNS = 5
/** After what was done, until its long tasks are known. */
const SETTLE_MS = 400

/** A kind of page: what shows that it is there, and what people do with it first. */
interface Kind {
  readonly row: string
  readonly actions: Readonly<Record<string, (page: Page) => Promise<void>>>
}

const KINDS: Readonly<Record<string, Kind>> = {
  'report.html': {
    row: 'table tbody tr',
    actions: {
      filter: (page) => page.locator('input').first().pressSequentially('apply'),
      sort: async (page) => {
        for (const header of await page.locator('thead button:visible').all()) await header.click()
      },
      open: (page) => page.keyboard.press('ArrowDown').then(() => page.keyboard.press('Enter')),
      zoom: async (page) => {
        const canvas = page.locator('.profile canvas')
        await canvas.scrollIntoViewIfNeeded()
        const { x, y, width, height } = (await canvas.boundingBox())!
        await page.mouse.click(x + width / 3, y + height - 30)
      },
    },
  },
  'index.html': {
    row: '.test-file-test',
    actions: {
      filter: (page) => page.locator('input').first().pressSequentially('scenario 1'),
      open: (page) => page.locator('.test-file-title').first().click(),
    },
  },
}

/** What a page notes about itself. */
interface Seen {
  readonly seen: { long: number; usable: number }
}

const browser = await launchBrowser()
const rows: string[][] = []
for (const path of process.argv.slice(2)) rows.push(await measureRunPage(browser, path))
const head = ['page', 'MB', 'usable after ms', 'longest task of filter, sort, open, zoom, ms', 'n']
process.stdout.write(`${renderTable(head, rows, 1)}\n`)
await browser.close()

async function measureRunPage(browser: Browser, path: string): Promise<string[]> {
  const kind = KINDS[basename(path)]
  if (kind === undefined) throw new RangeError(`${path} is none of ${Object.keys(KINDS).join(', ')}`)
  const usable: number[] = []
  const longest = Object.keys(kind.actions).map((): number[] => [])
  for (let run = 0; run < RUNS; run++) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    await page.addInitScript((row) => {
      const seen = { long: 0, usable: 0 }
      Object.assign(globalThis, { seen })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.long = Math.max(seen.long, entry.duration)
      }).observe({ entryTypes: ['longtask'] })
      const look = () => {
        if (document.querySelector(row) !== null) seen.usable = performance.now()
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    }, kind.row)
    await page.goto(pathToFileURL(path).href)
    await page.waitForFunction(() => (globalThis as unknown as Seen).seen.usable > 0)
    usable.push(await page.evaluate(() => (globalThis as unknown as Seen).seen.usable))
    for (const [i, act] of Object.values(kind.actions).entries()) {
      await page.waitForTimeout(SETTLE_MS)
      await page.evaluate(() => {
        ;(globalThis as unknown as Seen).seen.long = 0
      })
      await act(page)
      await page.waitForTimeout(SETTLE_MS)
      longest[i]!.push(await page.evaluate(() => (globalThis as unknown as Seen).seen.long))
    }
    await page.close()
  }
  const blocked = longest.map((times) => (median(times) === 0 ? 'under 50' : median(times).toFixed(0)))
  const name = join(basename(dirname(path)), basename(path))
  return [
    name,
    (statSync(path).size / 1e6).toFixed(2),
    median(usable).toFixed(0),
    blocked.join(', '),
    String(RUNS),
  ]
}
