// One report of the shards of a run, and the proof that none is missing.
import { isDeepStrictEqual } from 'node:util'
import { FlamegateError } from '../errors.ts'
import type { Shard } from '../suite/filter.ts'
import { type Gate, summariseComparisons } from '../verdict/gate.ts'
import type { Report } from './report.ts'

/** A report of one shard, and where it was read. */
export interface ShardReport {
  readonly path: string
  readonly report: Report
}

/**
 * The report of a run that was measured in shards.
 * @param id of the run that it is now
 * @throws FlamegateError 'bad-result-file' where a shard is missing, there twice, or of another run, and where a scenario is
 * in none of them
 */
export function mergeReports(parts: readonly ShardReport[], id: string): Report {
  const shards = parts.map(readShard).sort((a, b) => a.shard.index - b.shard.index)
  const [first] = shards
  if (first === undefined) throw incomplete('there is no report')
  for (const other of shards) checkSameRun(first, other)
  checkComplete(shards)
  const reports = shards.map(({ report }) => report)
  const scenarios = first.shard.ids.flatMap((wanted) =>
    reports.flatMap((report) => report.scenarios.find((result) => result.id === wanted) ?? []),
  )
  const { shard: _, ...run } = first.report.run
  return {
    ...first.report,
    run: {
      ...run,
      id,
      startedAt: reports.map((report) => report.run.startedAt).sort()[0]!,
      elapsedMs: Math.max(...reports.map((report) => report.run.elapsedMs)),
      isComplete: reports.every((report) => report.run.isComplete),
    },
    // Every machine is another distance away from the one that stored the numbers.
    drift: null,
    scenarios,
    gate: mergeGates(reports, scenarios),
  }
}

interface KnownShard extends ShardReport {
  readonly shard: Shard
}

function readShard({ path, report }: ShardReport): KnownShard {
  const { shard } = report.run
  if (shard !== undefined) return { path, report, shard }
  throw incomplete(`${path} is a whole run, not a shard of one`)
}

/** What all shards of a run have in common. */
const COMMON: Readonly<Record<string, (part: KnownShard) => unknown>> = {
  commit: ({ report }) => report.run.commit,
  baseline: ({ report }) => report.gate.baselineCommit,
  'count of shards': ({ shard }) => shard.count,
  'list of scenarios': ({ shard }) => shard.ids,
  strictness: ({ report }) => report.gate.isStrict,
}

function checkSameRun(first: KnownShard, other: KnownShard): void {
  for (const [what, read] of Object.entries(COMMON)) {
    if (isDeepStrictEqual(read(first), read(other))) continue
    throw incomplete(`${first.path} and ${other.path} are of two runs: they have not the same ${what}`)
  }
}

function checkComplete(shards: readonly KnownShard[]): void {
  const { count, ids } = shards[0]!.shard
  for (let index = 1; index <= count; index++) {
    const [own, again] = shards.filter(({ shard }) => shard.index === index)
    if (own === undefined) throw incomplete(`shard ${index}/${count} is missing`)
    if (again !== undefined)
      throw incomplete(`shard ${index}/${count} is there twice: ${own.path}, ${again.path}`)
  }
  const known = shards.flatMap(({ report, shard }) => [
    ...report.scenarios.map(({ id }) => id),
    ...shard.absent,
  ])
  for (const id of ids) {
    const times = known.filter((one) => one === id).length
    if (times !== 1) throw incomplete(`${id} is in ${times === 0 ? 'no shard' : `${times} shards`}`)
  }
}

function incomplete(message: string): FlamegateError {
  return new FlamegateError('bad-result-file', message, {
    hint: 'merge takes the reports of all shards of one run, each once: run --shard 1/2, run --shard 2/2',
  })
}

/** From the worst to the best, but for shards that compared nothing where others did. */
const OUTCOMES = ['control-failed', 'red', 'invalid'] as const

function mergeGates(reports: readonly Report[], scenarios: Report['scenarios']): Gate {
  const gates = reports.map(({ gate }) => gate)
  const sum = (count: (gate: Gate) => number) => gates.reduce((total, gate) => total + count(gate), 0)
  const compared = sum((gate) => gate.compared)
  const outcome =
    OUTCOMES.find((one) => gates.some((gate) => gate.outcome === one)) ??
    (compared === 0 ? 'not-compared' : 'green')
  const told = outcome === 'not-compared' ? gates : gates.filter((gate) => gate.outcome !== 'not-compared')
  const measured = scenarios.filter((result) => result.status === 'measured')
  return {
    isStrict: gates[0]!.isStrict,
    outcome,
    baselineCommit: gates[0]!.baselineCommit,
    // The one that failed; else one for all.
    proof:
      (gates.find((gate) => gate.proof?.failure) ?? gates.find((gate) => gate.proof !== null))?.proof ?? null,
    keyScenarios: sum((gate) => gate.keyScenarios),
    compared,
    sameCode: sum((gate) => gate.sameCode),
    inconclusive: gates.flatMap((gate) => gate.inconclusive),
    notCompared: gates.flatMap((gate) => gate.notCompared),
    reasons: [...new Set(told.flatMap((gate) => gate.reasons))],
    ...summariseComparisons(measured, { isLockstep: gates.some((gate) => gate.change !== null), outcome }),
  }
}
