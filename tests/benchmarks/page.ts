// The flamegraph page in headless Chromium: until it can be used, and how long one zoom blocks its main thread. Beside it
// the page that 0x makes of the same profile.
// node --import ./scripts/strip-types/register.mjs tests/benchmarks/page.ts <file.cpuprofile …>
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { median } from '../../perf/stats/quantile.ts'
import { toGraph } from '../../profile/flamegraph/graph.ts'
import { renderPage } from '../../profile/flamegraph/page.ts'
import { readCpuProfile } from '../../profile/import/cpuprofile.ts'
import { unshiftLines } from '../../profile/lines.ts'
import { Sources } from '../../profile/sources.ts'
import { launchBrowser } from '../browser.ts'

const RUNS = 5
const folder = mkdtempSync(join(tmpdir(), 'flamegate-pages-'))
const browser = await launchBrowser()
try {
  process.stdout.write(
    '| profile | nodes | page | MB | usable after ms | one zoom blocks ms | n |\n|---|---:|---|---:|---:|---:|---:|\n',
  )
  for (const file of process.argv.slice(2)) {
    const { profile } = unshiftLines(readCpuProfile(file), [])
    const nodes = profile.nodeFrame.length
    const graph = toGraph([{ profile, places: [] }], {
      id: basename(file),
      note: '',
      total: profile.sampleUs.reduce((a, b) => a + b, 0) * 1000,
      unit: 'ns',
      shorten: (url) => url,
      factsOf: () => ({ callsPerOp: null, bytesPerOp: null }),
      sources: new Sources([]),
    })
    const own = join(folder, 'own.html')
    writeFileSync(own, await renderPage({ title: 'benchmark', graphs: [graph] }))
    await report(browser, basename(file), nodes, 'flamegate', own)
    const other = renderWithZeroX(file)
    if (other !== undefined) await report(browser, basename(file), nodes, '0x', other)
  }
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

function renderWithZeroX(file: string): string | undefined {
  const script = createRequire(import.meta.url).resolve('0x/cmd.js')
  const out = mkdtempSync(join(folder, '0x-'))
  // It writes its page beside the profile.
  const copy = join(out, 'a.cpuprofile')
  copyFileSync(file, copy)
  try {
    execFileSync(
      process.execPath,
      [
        '--max-old-space-size=8192',
        '--stack-size=50000',
        script,
        '--silent',
        '--output-dir',
        out,
        '--visualize-cpu-profile',
        copy,
      ],
      {
        cwd: out,
        stdio: 'ignore',
        timeout: 120_000,
      },
    )
    const page = readdirSync(out, { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith('.html'),
    )
    return page === undefined ? undefined : join(out, page)
  } catch {
    return undefined
  }
}

async function report(
  browser: Browser,
  name: string,
  nodes: number,
  what: string,
  path: string,
): Promise<void> {
  const usable: number[] = []
  const blocked: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    await page.addInitScript(() => {
      const seen = { long: 0 }
      Object.assign(globalThis, { seen })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.long = Math.max(seen.long, entry.duration)
      }).observe({ entryTypes: ['longtask'] })
    })
    await page.goto(pathToFileURL(path).href)
    // Usable: its canvas or boxes are there and the main thread answers.
    await page.waitForSelector('canvas, svg g rect', { timeout: 120_000 })
    if (what === 'flamegate')
      await page.waitForFunction(() => performance.getEntriesByName('flamegate-ready').length > 0)
    usable.push(
      await page.evaluate(
        () =>
          new Promise<number>((done) =>
            requestAnimationFrame(() => setTimeout(() => done(performance.now()))),
          ),
      ),
    )
    await page.waitForTimeout(500)
    await page.evaluate(() => {
      ;(globalThis as unknown as { seen: { long: number } }).seen.long = 0
    })
    const box = (await page.locator('canvas').first().boundingBox())!
    await page.mouse.click(box.x + box.width / 3, box.y + box.height - 60)
    await page.waitForTimeout(1500)
    blocked.push(await page.evaluate(() => (globalThis as unknown as { seen: { long: number } }).seen.long))
    await page.close()
  }
  const megabytes = statSync(path).size / 1e6
  process.stdout.write(
    `| ${name} | ${nodes.toLocaleString('en-US')} | ${what} | ${megabytes.toFixed(1)} | ${median(usable).toFixed(0)} | ${median(blocked) === 0 ? 'under 50' : median(blocked).toFixed(0)} | ${RUNS} |\n`,
  )
}
