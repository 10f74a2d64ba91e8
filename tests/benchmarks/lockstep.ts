// How far pairs of the same code scatter in lockstep: bound to one core or not, quiet and beside a busy neighbour; by the
// length of slices, turns and warm-up; and by the load client's connections. What is compared has its pairs in the same
// minutes, there and back (A B B A).
// node --import ./perf/process/strip-types/register.mjs tests/benchmarks/lockstep.ts
//   [--rounds 10] [--scenario <id> …] [--load quiet|loaded] [--part cores|lengths|connections]
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeRevision, readRevision } from '../../perf/git/revision.ts'
import { ChildFailure } from '../../perf/process/child.ts'
import { bindableCores } from '../../perf/process/cores/affinity.ts'
import { discoverScenarios } from '../../perf/process/discover.ts'
import { fingerprintKey, readEnvironment } from '../../perf/results/environment.ts'
import type { DiscoveredScenario } from '../../perf/suite/load.ts'
import { startSession } from '../../scripts/shared/session.ts'
import { startNeighbour } from '../self-test/self-test.ts'
import { LOADS } from '../self-test/trial.ts'
import { renderTables } from './lockstep-tables.ts'
import { type Cell, cellsOf, type Measured, measureCell, PARTS } from './lockstep-ways.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SCENARIOS = ['arrays/append.apply', 'payload/50kb.apply', 'arrays/append.http']
/** Even: either version is first as often. */
const ROUNDS = 10

/** @throws Error for flags that are none */
function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: String(ROUNDS) },
      scenario: { type: 'string', multiple: true, default: SCENARIOS },
      load: { type: 'string', multiple: true, default: [...LOADS] },
      part: { type: 'string', multiple: true, default: [...PARTS] },
    },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds} is no whole number`)
  return {
    rounds,
    scenarioIds: values.scenario,
    loads: chosen('load', LOADS, values.load),
    parts: chosen('part', PARTS, values.part),
  }
}

function chosen<T extends string>(flag: string, known: readonly T[], given: readonly string[]): T[] {
  const odd = given.find((one) => !known.some((other) => other === one))
  if (odd !== undefined) throw new Error(`--${flag} ${odd} is none of ${known.join(', ')}`)
  return known.filter((one) => given.includes(one))
}

async function discoverAll(ids: readonly string[]): Promise<DiscoveredScenario[]> {
  const discovered = await discoverScenarios(ROOT, undefined)
  return ids.map((id) => {
    const found = discovered.find(({ scenario }) => scenario.id === id)
    if (found === undefined) throw new Error(`there is no scenario '${id}'`)
    if (found.skipReason !== undefined) throw new Error(`${id}: ${found.skipReason}`)
    return found
  })
}

/** Measures one pair after the other; what was measured when the signal comes is what there is. */
async function measureAll(cells: readonly Cell[], signal: AbortSignal): Promise<Measured[]> {
  const measured: Measured[] = []
  const start = performance.now()
  let neighbour: ReturnType<typeof startNeighbour> | undefined
  try {
    for (const [done, cell] of cells.entries()) {
      if (cell.load === 'loaded') neighbour ??= startNeighbour()
      else {
        neighbour?.kill()
        neighbour = undefined
      }
      const seconds = Math.round((performance.now() - start) / 1000)
      const what = `${cell.discovered.scenario.id}, ${cell.load}, ${cell.way.placement}`
      process.stderr.write(`lockstep ${done}/${cells.length}, ${seconds} s: ${what}\n`)
      try {
        measured.push(await measureCell(cell, signal))
      } catch (error) {
        if (!(error instanceof ChildFailure)) throw error
        process.stderr.write(`lockstep: a pair of ${what} failed: ${error.message}\n`)
        process.exitCode = 1
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
    process.exitCode = 130
  } finally {
    neighbour?.kill()
  }
  return measured
}

async function main(): Promise<void> {
  const { rounds, scenarioIds, loads, parts } = readOptions()
  if (bindableCores().length < 2)
    throw new Error('this needs two cores, and `taskset` to bind processes to them')
  const cells = cellsOf(await discoverAll(scenarioIds), loads, parts, rounds)
  const start = performance.now()
  const measured = await measureAll(cells, await startSession(ROOT))
  const { fingerprint, nodeVersion } = readEnvironment()
  const minutes = ((performance.now() - start) / 60_000).toFixed(1)
  const revision = await readRevision(ROOT)
  const facts = [
    `${fingerprintKey(fingerprint)} (${nodeVersion})`,
    `commit ${revision === null ? 'unknown' : describeRevision(revision)}`,
    `${measured.length} of ${cells.length} pairs of the same code in ${minutes} minutes`,
  ]
  process.stdout.write(
    `${facts.join(', ')}. Every number is 1.4826 × the median of |ln(candidate ÷ baseline)| over n pairs, with its 95 % bootstrap interval; in bold what runs do.\n\n${renderTables(measured)}`,
  )
}

await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
})
