import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sampleReports } from '../../tests/support/sample-reports.ts'
import { cleanAfterSuite } from '../../tests/support/shared.ts'
import { mergeReports, type ShardReport } from './merge-reports.ts'
import type { Report } from './report.ts'

const { reports } = sampleReports(cleanAfterSuite())

/** A run as its shards would have told of it: every `count`-th scenario each. */
function split(
  report: Report,
  count: number,
  change: (part: Report) => Report = (part) => part,
): ShardReport[] {
  const ids = report.scenarios.map(({ id }) => id)
  return Array.from({ length: count }, (_, i) => {
    const scenarios = report.scenarios.filter((_, at) => at % count === i)
    const isRed = scenarios.some((one) => one.status === 'measured' && one.verdict?.kind === 'regressed')
    const reasons = report.gate.reasons.filter((reason) => scenarios.some(({ id }) => reason.startsWith(id)))
    const gate = { ...report.gate, outcome: isRed ? ('red' as const) : ('green' as const), reasons }
    const keys = scenarios.filter(({ isKey }) => isKey).length
    const run = {
      ...report.run,
      id: `run-${i}`,
      elapsedMs: 1_000 * (i + 1),
      shard: { index: i + 1, count, ids, absent: [] },
    }
    const part = { ...report, run, scenarios, gate: { ...gate, keyScenarios: keys, compared: keys } }
    return { path: `shards/${i + 1}/report.json`, report: change(part) }
  })
}

describe('shards', () => {
  test('become the run that they are parts of, whatever their order', async () => {
    const whole = await reports['lockstep-blamed']!()
    const merged = mergeReports(split(whole, 2).reverse(), 'merged')
    assert.deepEqual(merged.scenarios, whole.scenarios)
    assert.equal(merged.gate.outcome, 'red')
    assert.deepEqual(merged.gate.reasons, whole.gate.reasons)
    assert.equal(merged.gate.keyScenarios, whole.gate.keyScenarios)
    assert.deepEqual(merged.gate.minimumDetectable, whole.gate.minimumDetectable)
    assert.deepEqual([merged.run.id, merged.run.elapsedMs, merged.run.shard], ['merged', 2_000, undefined])
  })

  test('one that compared nothing takes nothing from the others; none that did is not green', async () => {
    const whole = await reports['lockstep-pass']!()
    const nothing = { outcome: 'not-compared' as const, compared: 0, sameCode: 0, reasons: ['nothing there'] }
    const without = (path: RegExp) =>
      split(whole, 2).map(({ path: at, report }) => ({
        path: at,
        report: path.test(at) ? { ...report, gate: { ...report.gate, ...nothing } } : report,
      }))
    const { gate } = mergeReports(without(/1/), 'merged')
    assert.deepEqual([gate.outcome, gate.reasons], ['green', []])
    assert.equal(mergeReports(without(/./), 'merged').gate.outcome, 'not-compared')
  })

  test('a scenario that one of two versions has not is not missing', async () => {
    const whole = await reports['lockstep-pass']!()
    const gone = whole.scenarios[0]!.id
    const parts = split(whole, 2, (part) => ({
      ...part,
      scenarios: part.scenarios.filter(({ id }) => id !== gone),
    }))
    assert.throws(() => mergeReports(parts, 'merged'), new RegExp(`${gone} is in no shard`))
    const told = parts.map(({ path, report }) => {
      const shard = { ...report.run.shard!, absent: report.run.shard!.index === 1 ? [gone] : [] }
      return { path, report: { ...report, run: { ...report.run, shard } } }
    })
    assert.equal(mergeReports(told, 'merged').scenarios.length, whole.scenarios.length - 1)
  })
})

describe('no run is made of', () => {
  const refused: Readonly<Record<string, [(parts: ShardReport[]) => ShardReport[], RegExp]>> = {
    'a part of them': [(parts) => parts.slice(1), /shard 1\/2 is missing/],
    'one of them twice': [(parts) => [...parts, parts[0]!], /shard 1\/2 is there twice/],
    'a whole run': [
      ([one]) => [
        one!,
        { path: 'x', report: { ...one!.report, run: { ...one!.report.run, shard: undefined } } },
      ],
      /x is a whole run/,
    ],
    'two commits': [
      ([one, two]) => [
        one!,
        {
          ...two!,
          report: {
            ...two!.report,
            run: { ...two!.report.run, commit: { hash: 'd'.repeat(40), isDirty: false } },
          },
        },
      ],
      /not the same commit/,
    ],
    'two lists of scenarios': [
      ([one, two]) => {
        const shard = { ...two!.report.run.shard!, ids: ['other'] }
        return [one!, { ...two!, report: { ...two!.report, run: { ...two!.report.run, shard } } }]
      },
      /not the same list of scenarios/,
    ],
    nothing: [() => [], /there is no report/],
  }
  for (const [what, [change, words]] of Object.entries(refused)) {
    test(what, async () => {
      const parts = split(await reports['lockstep-pass']!(), 2)
      assert.throws(() => mergeReports(change(parts), 'merged'), words)
    })
  }
})
