import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parse } from 'valibot'
import { readEnvironment } from '../../../perf/results/environment.ts'
import { renderBlame } from './blame-report.ts'
import { findBlameFaults, sizeOf, summariseBlame, summariseSame } from './blame-summary.ts'
import {
  BLAME_SELF_TEST_VERSION,
  type BlameSelfTest,
  type BlameTrial,
  blameSelfTestSchema,
  type NamedFunction,
} from './blame-trial.ts'
import { rankOf } from './rank.ts'
import { drawFunctions } from './read/drawn-functions.ts'

const GUILTY: NamedFunction = { functionName: 'deepClone', file: 'src/state.ts', line: 9 }
const INNOCENT: NamedFunction = { functionName: 'setOwn', file: 'src/state.ts', line: 59 }

type Planted = NonNullable<BlameTrial['plant']>

/** A trial of a plant in deepClone that costs 20 %, in which the right function is named `rank`th; null for not at all. */
function trial(
  rank: number | null,
  more: Partial<BlameTrial> = {},
  plant: Partial<Planted> = {},
): BlameTrial {
  const suspects = Array.from({ length: rank ?? 0 }, (_, i) => (i + 1 === rank ? GUILTY : INNOCENT))
  return {
    target: 'nasc-server',
    scenarioId: 'arrays/append.apply',
    plant: {
      ...GUILTY,
      kind: 'busy-loop',
      what: 'a loop that computes a number',
      startOffset: 348,
      turns: 3,
      wanted: 0.2,
      calibrated: 0.19,
      callsPerOp: 808,
      mayBeInlined: false,
      isCalledFromElsewhere: false,
      ...plant,
    },
    ratio: 1.2,
    suspects,
    rank,
    reason: null,
    unexplainedShare: null,
    elapsedMs: 30_000,
    ...more,
  }
}

const same = (suspects: NamedFunction[]) => trial(null, { plant: null, ratio: 1.01, suspects })

describe('the summary', () => {
  test('counts who was named first', () => {
    const [kind, all] = summariseBlame([
      trial(1, { unexplainedShare: 0.1 }),
      trial(1, { unexplainedShare: 0.3 }),
      trial(2, { unexplainedShare: 0.8 }),
      trial(4),
      trial(null),
      trial(null, { suspects: [INNOCENT] }),
      same([]),
    ])
    const expected = {
      size: '15 % or more',
      plants: 6,
      first: 2,
      inFirstThree: 3,
      // The 2nd, the 4th, and the one that was not named at all.
      innocent: 3,
      nobody: 1,
      medianUnexplainedShare: 0.3,
    }
    assert.deepEqual(kind, { group: 'busy-loop', ...expected })
    assert.deepEqual(all, { group: 'all', ...expected })
  })

  test('tells kinds, sizes and functions apart', () => {
    const summaries = summariseBlame([
      trial(1, { ratio: 1.1 }, { kind: 'deopt', mayBeInlined: true }),
      trial(1, { ratio: 1.04 }, { isCalledFromElsewhere: true }),
      trial(1, { ratio: 1.4 }, { kind: 'extra-call' }),
      trial(1, { ratio: 1.5 }, { kind: 'extra-call' }),
    ])
    assert.deepEqual(
      summaries.map(({ group, size, plants }) => [group, size, plants]),
      [
        ['busy-loop', 'below 5 %', 1],
        ['extra-call', '15 % or more', 2],
        ['deopt', '5 to 15 %', 1],
        ['all', 'below 5 %', 1],
        ['all', '5 to 15 %', 1],
        ['all', '15 % or more', 2],
        ['short functions', '5 to 15 %', 1],
        ['called from another file', 'below 5 %', 1],
      ],
    )
  })

  test('sizes are those that were measured', () => {
    assert.deepEqual([0.9, 1.049, 1.05, 1.149, 1.15, 9].map(sizeOf), [
      'below 5 %',
      'below 5 %',
      '5 to 15 %',
      '5 to 15 %',
      '15 % or more',
      '15 % or more',
    ])
  })

  test('of equal code counts how often somebody was named', () => {
    assert.deepEqual(summariseSame([same([]), same([INNOCENT]), same([]), trial(1)]), { trials: 3, named: 1 })
  })
})

describe('the right function', () => {
  const functions = drawFunctions(
    'const f = (a) => g((b) => b), h = () => 1\nfunction k() {}',
    'src/drawn.cjs',
  )
  const guilty = { file: 'src/drawn.cjs', line: 2, functionName: 'k' }

  test('is known by its file and line, however they are written', () => {
    for (const file of [
      'src/drawn.cjs',
      '/copy/src/drawn.cjs',
      'file:///copy/src/drawn.cjs',
      'C:\\copy\\src\\drawn.cjs',
    ]) {
      const suspect = { functionName: 'Object.k', file, line: 2 }
      assert.equal(rankOf([INNOCENT, suspect], guilty, functions), 2, file)
    }
    for (const wrong of [{ line: 3 }, { file: 'src/other.cjs' }, { file: 'src/undrawn.cjs' }]) {
      assert.equal(rankOf([{ ...guilty, ...wrong }], guilty, functions), null)
    }
  })

  test('is known by its name, too, where others begin on its line', () => {
    const name = (functionName: string) => ({ functionName, file: 'src/drawn.cjs', line: 1 })
    assert.equal(rankOf([name('f'), name('(anonymous)'), name('h')], name('h'), functions), 3)
    assert.equal(rankOf([name('f'), name('(anonymous)'), name('h')], name(''), functions), 2)
  })
})

test('naming the innocent, or not finding most large slow-downs, is a fault; less is not', () => {
  assert.deepEqual(findBlameFaults([trial(1), trial(3), trial(null)]), [])
  assert.deepEqual(findBlameFaults([trial(1), trial(4), trial(null)]), [
    'the right function was found for 1 of 3 slow-downs of 15 % or more',
  ])
  const same = trial(null, { plant: null, ratio: 1, suspects: [INNOCENT] })
  assert.deepEqual(findBlameFaults([same, trial(null, { ratio: 1.1 })]), [
    'somebody was named for harmless changes: 1 times',
  ])
})

describe('the report', () => {
  const result: BlameSelfTest = {
    schemaVersion: BLAME_SELF_TEST_VERSION,
    startedAt: '2026-01-01T00:00:00Z',
    isComplete: true,
    seed: 1,
    environment: readEnvironment(),
    trials: [trial(1, { unexplainedShare: 0.12 }), trial(2), trial(null, { ratio: 1.08 }), same([INNOCENT])],
    dropped: [
      {
        ...GUILTY,
        target: 'nasc-server',
        scenarioId: 'arrays/append.apply',
        kind: 'deopt',
        what: 'a prototype that changes its shape',
        wanted: 0.1,
        reason: 'there is nothing nearer: 1 turns a call cost 40 %',
      },
    ],
  }

  test('reads as Markdown', () => {
    const text = renderBlame(result)
    assert.match(text, /^# flamegate self-test: who is named for what was planted\n/)
    assert.match(text, /2026-01-01, seed 1, 4 trials\./)
    assert.match(
      text,
      /\| busy-loop \| 15 % or more \| 2 \| 1 \(50 %\) \| 2 \(100 %\) \| 1 \(50 %\) \| 0 \(0 %\) \| 12 % \|/,
    )
    assert.match(
      text,
      /\| all \| 5 to 15 % \| 1 \| 0 \(0 %\) \| 0 \(0 %\) \| 0 \(0 %\) \| 1 \(100 %\) \| – \|/,
    )
    assert.match(text, /Somebody was named in 1 of 1 trial with nothing but harmless changes\./)
    assert.match(
      text,
      /\n- arrays\/append\.apply: busy-loop in deepClone src\/state\.ts:9 of nasc-server, 3 turns, \+20 % \(15 % or more\): named setOwn src\/state\.ts:59, deepClone src\/state\.ts:9\n/,
    )
    assert.match(text, /\n- arrays\/append\.apply: .*\+8 % \(5 to 15 %\): nobody was named\n/)
    assert.match(text, /\n- arrays\/append\.apply: harmless changes, \+1 % \(below 5 %\): named setOwn/)
    assert.match(
      text,
      /\n- arrays\/append\.apply: deopt in deepClone .*, \+10 % wanted: there is nothing nearer/,
    )
    assert.match(renderBlame({ ...result, isComplete: false }), /\*\*Incomplete:\*\*/)
  })

  test('comes back from JSON as it was', () => {
    assert.deepEqual(parse(blameSelfTestSchema, JSON.parse(JSON.stringify(result))), result)
  })
})
