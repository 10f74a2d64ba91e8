// From a .cpuprofile to its hot functions: wall time and peak memory, beside JSON.parse of the same file alone, each in a
// process of its own, in turns; and the importers of speedscope and cpupro, which only their pages have, in headless
// Chromium.
// node --import ./perf/process/strip-types/register.mjs tests/benchmarks/import.ts <file.cpuprofile> [--runs 5]
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { renderTable } from '../../perf/report/parts/markdown-table.ts'
import { centreInterval } from '../../perf/stats/interval.ts'
import { median } from '../../perf/stats/quantile.ts'
import { readCpuProfile } from '../../profile/import/document.ts'
import { functionCosts } from '../../profile/model/functions.ts'
import { selfTimeByNode } from '../../profile/model/self-time.ts'

const WAYS: Readonly<Record<string, (path: string) => unknown>> = {
  'JSON.parse alone': (path) => (JSON.parse(readFileSync(path, 'utf8')) as { nodes: unknown[] }).nodes.length,
  'flamegate, hot functions': (path) => {
    const profile = readCpuProfile(path)
    return functionCosts(profile, selfTimeByNode(profile)).length
  },
}

interface Outcome {
  readonly seconds: number
  readonly megabytes: number
}

async function compare(file: string, runs: number): Promise<void> {
  const outcomes = new Map(Object.keys(WAYS).map((name) => [name, [] as Outcome[]]))
  for (let run = 0; run < runs; run++) {
    for (const [name, list] of outcomes) {
      const outcome = runAlone(file, name)
      if (outcome !== undefined) list.push(outcome)
    }
  }
  const rows = [...outcomes].map(([name, list]) => {
    if (list.length === 0) return [name, 'fails', '', '0']
    const peak = median(list.map(({ megabytes }) => megabytes))
    return rowOf(
      name,
      list.map(({ seconds }) => seconds),
      peak.toFixed(0),
    )
  })
  for (const viewer of VIEWERS) {
    const seconds = await timeViewer(viewer, file, Math.min(3, runs))
    if (seconds.length > 0) rows.push(rowOf(`${viewer.name}, until its page shows it`, seconds, 'not known'))
  }
  const head = ['way', 'seconds, 95 % interval', 'median peak MB', 'n']
  process.stdout.write(`${renderTable(head, rows)}\n`)
}

function rowOf(name: string, seconds: readonly number[], peak: string): string[] {
  const { low, value, high } = centreInterval(seconds, { confidence: 0.95, seed: 1 })
  const interval = `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`
  return [name, interval, peak, String(seconds.length)]
}

/** A page that opens profiles: its importer is part of it, and cannot be called apart. */
interface Viewer {
  readonly name: string
  readonly packageName: string
  /** The folder of its page, in the package, and the page. */
  readonly folder: string
  readonly page: string
  choose(page: Page, file: string): Promise<void>
  isShown(page: Page): Promise<unknown>
}

const PATIENCE = { timeout: 120_000 }

const VIEWERS: readonly Viewer[] = [
  {
    name: 'speedscope',
    packageName: 'speedscope',
    folder: 'dist/release',
    page: 'index.html',
    choose: (page, file) => page.setInputFiles('input[type=file]', file),
    isShown: (page) => page.waitForFunction(() => document.title !== 'speedscope', undefined, PATIENCE),
  },
  {
    name: 'cpupro',
    packageName: 'cpupro',
    folder: 'build',
    page: 'app.html',
    async choose(page, file) {
      const chooser = page.waitForEvent('filechooser')
      await page.getByText('Open file').first().click()
      await (await chooser).setFiles(file)
    },
    isShown: (page) => page.getByText('Call tree nodes').first().waitFor(PATIENCE),
  },
]

/** Seconds until a viewer shows the file; fewer numbers than runs where it fails. */
async function timeViewer(viewer: Viewer, file: string, runs: number): Promise<number[]> {
  // Not before: each way's own process would carry it, too.
  const { launchBrowser, serveFolder } = await import('../support/chromium.ts')
  const { resolve } = createRequire(import.meta.url)
  const { address, close } = await serveFolder(
    join(dirname(resolve(`${viewer.packageName}/package.json`)), viewer.folder),
  )
  const browser = await launchBrowser()
  const seconds: number[] = []
  try {
    for (let run = 0; run < runs; run++) {
      const page = await browser.newPage()
      await page.goto(address + viewer.page)
      await page.waitForTimeout(1000)
      const start = performance.now()
      await viewer.choose(page, file)
      await viewer.isShown(page)
      seconds.push((performance.now() - start) / 1000)
      await page.close()
    }
  } catch (error) {
    process.stderr.write(`${viewer.name}: ${error instanceof Error ? error.message.split('\n')[0] : error}\n`)
  } finally {
    await browser.close()
    close()
  }
  return seconds
}

/** Undefined where it fails, as JSON.parse does for files beyond V8's longest string. */
function runAlone(file: string, way: string): Outcome | undefined {
  const register = createRequire(import.meta.url).resolve('../../perf/process/strip-types/register.mjs')
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    register,
    fileURLToPath(import.meta.url),
    file,
    way,
  ]
  try {
    return JSON.parse(
      execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    )
  } catch {
    return undefined
  }
}

const [, , path, way] = process.argv
if (path !== undefined && way !== undefined && way in WAYS) {
  const start = performance.now()
  const result = WAYS[way]!(path)
  const seconds = (performance.now() - start) / 1000
  process.stdout.write(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024, result }))
} else if (path !== undefined) {
  await compare(path, way === '--runs' ? Number(process.argv[4]) : 5)
} else {
  process.stderr.write('usage: import.ts <file.cpuprofile> [--runs 5]\n')
  process.exitCode = 2
}
