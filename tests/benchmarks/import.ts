// From a .cpuprofile to its hot functions: wall time and peak memory, beside JSON.parse of the same file alone and other
// importers. Each in a process of its own, in turns.
// node --import ./scripts/strip-types/register.mjs tests/benchmarks/import.ts <file.cpuprofile> [--runs 5]
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { centreInterval } from '../../perf/stats/interval.ts'
import { functionCosts } from '../../profile/functions.ts'
import { readCpuProfile } from '../../profile/import/cpuprofile.ts'
import { selfTimeByNode } from '../../profile/self-time.ts'

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
  compare(path, way === '--runs' ? Number(process.argv[4]) : 5)
} else {
  process.stderr.write('usage: import.ts <file.cpuprofile> [--runs 5]\n')
  process.exitCode = 2
}

interface Outcome {
  readonly seconds: number
  readonly megabytes: number
}

function compare(file: string, runs: number): void {
  const outcomes = new Map(Object.keys(WAYS).map((name) => [name, [] as Outcome[]]))
  for (let run = 0; run < runs; run++) {
    for (const [name, list] of outcomes) {
      const outcome = runAlone(file, name)
      if (outcome !== undefined) list.push(outcome)
    }
  }
  process.stdout.write('| way | seconds, 95 % interval | peak MB | n |\n|---|---:|---:|---:|\n')
  for (const [name, list] of outcomes) {
    if (list.length === 0) {
      process.stdout.write(`| ${name} | fails | | 0 |\n`)
      continue
    }
    const { low, value, high } = centreInterval(
      list.map(({ seconds }) => seconds),
      { confidence: 0.95, seed: 1 },
    )
    const peak = Math.max(...list.map(({ megabytes }) => megabytes))
    process.stdout.write(
      `| ${name} | ${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] | ${peak.toFixed(0)} | ${list.length} |\n`,
    )
  }
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
