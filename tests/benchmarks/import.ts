// From a .cpuprofile to its hot functions: wall time and peak memory, beside JSON.parse of the same file alone, each in a
// process of its own, in turns; and speedscope's importer, which only its page has, in headless Chromium.
// node --import ./scripts/strip-types/register.mjs tests/benchmarks/import.ts <file.cpuprofile> [--runs 5]
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { centreInterval } from '../../perf/stats/interval.ts'
import { median } from '../../perf/stats/quantile.ts'
import { functionCosts } from '../../profile/functions.ts'
import { readCpuProfile } from '../../profile/import/cpuprofile.ts'
import { selfTimeByNode } from '../../profile/self-time.ts'
import { launchBrowser, serveFolder } from '../browser.ts'

const WAYS: Readonly<Record<string, (path: string) => unknown>> = {
  'JSON.parse alone': (path) => (JSON.parse(readFileSync(path, 'utf8')) as { nodes: unknown[] }).nodes.length,
  'flamegate, hot functions': (path) => {
    const profile = readCpuProfile(path)
    return functionCosts(profile, selfTimeByNode(profile)).length
  },
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
  process.stdout.write('| way | seconds, 95 % interval | median peak MB | n |\n|---|---:|---:|---:|\n')
  for (const [name, list] of outcomes) {
    if (list.length === 0) {
      process.stdout.write(`| ${name} | fails | | 0 |\n`)
      continue
    }
    const peak = median(list.map(({ megabytes }) => megabytes))
    writeRow(
      name,
      list.map(({ seconds }) => seconds),
      peak.toFixed(0),
    )
  }
  const inPage = await timeSpeedscope(file, Math.min(3, runs))
  if (inPage.length > 0) writeRow('speedscope, until its page shows it', inPage, 'not known')
}

function writeRow(name: string, seconds: readonly number[], peak: string): void {
  const { low, value, high } = centreInterval(seconds, { confidence: 0.95, seed: 1 })
  const interval = `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`
  process.stdout.write(`| ${name} | ${interval} | ${peak} | ${seconds.length} |\n`)
}

/** Seconds until speedscope's title says that it has the file; fewer numbers than runs where it fails. */
async function timeSpeedscope(file: string, runs: number): Promise<number[]> {
  const release = join(
    dirname(createRequire(import.meta.url).resolve('speedscope/package.json')),
    'dist/release',
  )
  const { address, close } = await serveFolder(release)
  const browser = await launchBrowser()
  const seconds: number[] = []
  try {
    for (let run = 0; run < runs; run++) {
      const page = await browser.newPage()
      await page.goto(address)
      await page.waitForSelector('input[type=file]', { state: 'attached' })
      const start = performance.now()
      await page.setInputFiles('input[type=file]', file)
      await page.waitForFunction(() => document.title !== 'speedscope', undefined, { timeout: 120_000 })
      seconds.push((performance.now() - start) / 1000)
      await page.close()
    }
  } catch (error) {
    process.stderr.write(`speedscope: ${error instanceof Error ? error.message.split('\n')[0] : error}\n`)
  } finally {
    await browser.close()
    close()
  }
  return seconds
}

/** Undefined where it fails, as JSON.parse does for files beyond V8's longest string. */
function runAlone(file: string, way: string): Outcome | undefined {
  const register = createRequire(import.meta.url).resolve('../../scripts/strip-types/register.mjs')
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
