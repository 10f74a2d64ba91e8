import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { normal } from '../../tests/support/normal.ts'
import { describeEvent, renderBisect } from '../report/bisect.ts'
import { pairedRatioInterval } from '../stats/interval.ts'
import { createRandom, type Random } from '../stats/random.ts'
import { hasChanged } from '../verdict/cost.ts'
import {
  decideMark,
  isKnown,
  shareOfChange,
  stepBetween,
  testConfidence,
  testLooksOf,
  thresholdOf,
} from './decision.ts'
import type { BisectResult } from './result.ts'

const interval = (low: number, value: number, high: number) => ({ low, value, high })

describe('on which side of a change a commit is', () => {
  // Twice as slow: the middle is √2 = 1.414.
  for (const [name, ratio, change, kind, isClear] of [
    ['like the good one', interval(0.98, 1, 1.02), 2, 'good', true],
    ['like the bad one', interval(1.9, 2, 2.1), 2, 'bad', true],
    ['beyond the bad one', interval(3.9, 4, 4.1), 2, 'bad', true],
    ['above the middle, and clear of it', interval(1.42, 1.5, 1.6), 2, 'bad', true],
    ['above the middle, which the interval holds', interval(1.41, 1.5, 1.6), 2, 'bad', false],
    ['below the middle, which the interval holds', interval(1.2, 1.4, 1.5), 2, 'good', false],
    ['wide open', interval(0.1, 1.42, 30), 2, 'bad', false],
    ['touching the middle from below', interval(1, 1.2, Math.SQRT2), 2, 'good', false],
    // Twice as fast: the middle is √0.5 = 0.707, and what is bad lies below.
    ['like the good one, of an improvement', interval(0.98, 1, 1.02), 0.5, 'good', true],
    ['like the bad one, of an improvement', interval(0.48, 0.5, 0.52), 0.5, 'bad', true],
    ['slower than both, of an improvement', interval(1.9, 2, 2.1), 0.5, 'good', true],
    ['about the middle, of an improvement', interval(0.69, 0.7, 0.72), 0.5, 'bad', false],
    // 2 %: the middle is 1.00995.
    ['small and clear', interval(1.0101, 1.02, 1.03), 1.02, 'bad', true],
    ['small and not clear', interval(1.0, 1.009, 1.02), 1.02, 'good', false],
  ] as const) {
    test(name, () => assert.deepEqual(decideMark(ratio, change), { kind, isClear }))
  }

  test('the middle is as far from one as from the other', () => {
    assert.equal(thresholdOf(4), 2)
    assert.equal(thresholdOf(0.25), 0.5)
  })
})

describe('whether there is something to bisect', () => {
  for (const [ratio, change, known] of [
    [interval(0.99, 1.01, 1.03), false, false],
    [interval(0.97, 0.99, 1), false, false],
    [interval(1.3, 2, 3.07), true, false], // √2 = 1.414 is in it
    [interval(1.45, 2, 2.76), true, true],
    [interval(0.33, 0.5, 0.76), true, false], // √0.5 = 0.707
    [interval(0.45, 0.5, 0.56), true, true],
  ] as const) {
    test(`[${ratio.low}, ${ratio.high}]`, () => {
      assert.equal(hasChanged(ratio), change)
      assert.equal(isKnown(ratio), known)
    })
  }
})

describe('confidence', () => {
  test('the share of wrong turns is spread over tests and looks, one side of each', () => {
    assert.equal(testConfidence(5, 4), 1 - 0.1 / 20)
    assert.equal(testConfidence(0, 2), 1 - 0.1 / 2)
  })

  test('looks rise, and begin with whole rounds of orders and cores', () => {
    for (const kind of ['micro', 'http'] as const) {
      const looks = testLooksOf(kind, false)
      assert.ok(looks.every((count, i) => count % 4 === 0 && count > (looks[i - 1] ?? 0)))
      assert.ok(testLooksOf(kind, true).every((count) => count >= 2))
    }
  })

  test('of 2,000 bisections of 5 tests each, with a change of 10 % and pairs that scatter as much, few go astray', () => {
    const random = createRandom(7)
    let astray = 0
    for (let i = 0; i < 2_000; i++) {
      const isRight = Array.from({ length: 5 }, () => {
        const truth = random() < 0.5 ? 1 : 1.1
        return simulateTest(truth, 1.1, 0.1, random) === (truth === 1 ? 'good' : 'bad')
      })
      if (isRight.includes(false)) astray += 1
    }
    assert.ok(astray / 2_000 < 0.05, `${astray} of 2000`)
  })
})

/** What a commit of this cost is called, in the looks of a full run. */
function simulateTest(truth: number, change: number, scatter: number, random: Random) {
  const looks = testLooksOf('micro', false)
  const ratios: number[] = []
  for (const count of looks) {
    while (ratios.length < count) ratios.push(truth * Math.exp(scatter * normal(random)))
    const { ratio } = pairedRatioInterval(ratios, { confidence: testConfidence(5, looks.length) })
    const { kind, isClear } = decideMark(ratio, change)
    if (isClear || count === looks.at(-1)) return kind
  }
  throw new Error('no look')
}

describe('what one commit changed', () => {
  test('ratios to the good version divide, and their intervals add in squares of logarithms', () => {
    const reach = (factor: number) => Math.log(factor)
    const step = stepBetween(interval(1.1 / 1.03, 1.1, 1.1 * 1.03), interval(2.2 / 1.04, 2.2, 2.2 * 1.04))
    const both = Math.exp(Math.hypot(reach(1.03), reach(1.04)))
    for (const [actual, expected] of [
      [step.value, 2],
      [step.low, 2 / both],
      [step.high, 2 * both],
    ] as const)
      assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`)
  })

  test('against the good version itself it is what was measured', () => {
    const { low, value, high } = stepBetween(interval(1, 1, 1), interval(1.8, 2, 2 / 0.9))
    assert.ok(Math.abs(value - 2) < 1e-12 && Math.abs(low - 1.8) < 1e-12 && Math.abs(high - 2 / 0.9) < 1e-12)
  })

  test('shares are in logarithms: two doublings are half of a quadrupling each', () => {
    assert.equal(shareOfChange(2, 4), 0.5)
    assert.equal(shareOfChange(0.5, 0.25), 0.5)
    assert.equal(shareOfChange(2, 2), 1)
  })
})

const commit = (digit: string, subject: string) => ({
  hash: digit.repeat(40),
  authorDate: `2026-11-0${digit}T09:00:00+01:00`,
  subject,
})
const SCENARIO = { id: 'work/json.micro', kind: 'micro' } as const
const [GOOD, PARENT, FOUND, BAD] = [
  commit('1', 'first'),
  commit('2', 'before it'),
  commit('3', 'clone twice'),
  commit('4', 'last'),
]
const RESULT: BisectResult = {
  range: { good: GOOD, bad: BAD, commits: 3 },
  change: { ratio: interval(1.98, 2, 2.02), minimumDetectableEffect: 1.02, pairs: 10, threshold: Math.SQRT2 },
  tested: [
    {
      kind: 'good',
      commit: PARENT,
      ratio: interval(0.99, 1, 1.01),
      pairs: 4,
      isClear: true,
      sameCodeAs: null,
    },
    {
      kind: 'bad',
      commit: FOUND,
      ratio: interval(1.95, 1.98, 2.01),
      pairs: 4,
      isClear: true,
      sameCodeAs: null,
    },
  ],
  outcome: {
    kind: 'found',
    finding: {
      commit: FOUND,
      parent: PARENT,
      ratio: interval(1.95, 1.98, 2.01),
      parentRatio: interval(0.99, 1, 1.01),
      step: interval(1.94, 1.98, 2.02),
      share: 0.985,
      files: ['src/engine.ts', 'src/state.ts'],
    },
  },
}

describe('what is printed', () => {
  test('the first bad commit', () => {
    assert.equal(
      renderBisect(RESULT, SCENARIO),
      `first commit that made work/json.micro slower:

  3333333333333333333333333333333333333333
  2026-11-03T09:00:00+01:00
  clone twice

time per op: +98 % [+94 %, +102 %] against its parent, 99 % of the whole change
  parent 222222222222 against good  +0.0 % [−1.0 %, +1.0 %]
  commit 333333333333 against good  +98 % [+95 %, +101 %]
  bad    444444444444 against good  +100 % [+98 %, +102 %]

files that it changes
  src/engine.ts
  src/state.ts
`,
    )
  })

  test('that it is not all of the change, that some was skipped, and that some was not clear', () => {
    const { outcome, tested } = RESULT
    assert.ok(outcome.kind === 'found' && tested[0]?.kind === 'good')
    const text = renderBisect(
      {
        ...RESULT,
        tested: [
          { ...tested[0], isClear: false },
          { kind: 'skipped', commit: commit('5', 'broken'), reason: 'does not load' },
          tested[1]!,
        ],
        outcome: { kind: 'found', finding: { ...outcome.finding, share: 0.5 } },
      },
      SCENARIO,
    )
    assert.deepEqual(text.split('\n').slice(-4), [
      'other commits changed it too; look for them by --good 111111111111 --bad 222222222222, and by --good 333333333333 --bad 444444444444',
      'skipped on the way: 1 commit',
      'decided without being clear of the middle of the change: 1 commit; try again on a quieter machine where that looks wrong',
      '',
    ])
  })

  test('that the step alone is not certain', () => {
    const { outcome } = RESULT
    assert.ok(outcome.kind === 'found')
    const finding = { ...outcome.finding, step: interval(0.9, 1.1, 1.3), share: null }
    const text = renderBisect({ ...RESULT, outcome: { kind: 'found', finding } }, SCENARIO)
    assert.match(text, /\ntime per op: \+10 % \[−10 %, \+30 %\] against its parent\n/)
    assert.match(text, /\n\nwhat this commit alone changed could not be told from noise: .*\n$/)
  })

  test('candidates, where only skipped commits are left', () => {
    const skipped = { kind: 'skipped', commit: PARENT, reason: 'npm\nsaid \u001b[31mno' } as const
    const outcome = { kind: 'only-skipped', commits: [FOUND, PARENT] } as const
    assert.equal(
      renderBisect({ ...RESULT, tested: [RESULT.tested[1]!, skipped], outcome }, SCENARIO),
      `work/json.micro became slower in one of these commits; all but the first were skipped, so that nothing tells which:

  333333333333 clone twice
  222222222222 before it  skipped: npm said [31mno
`,
    )
  })

  test('that there is nothing to bisect, and what could have been seen', () => {
    const change = { ...RESULT.change, ratio: interval(0.99, 1.004, 1.02), threshold: null }
    assert.equal(
      renderBisect({ ...RESULT, change, tested: [], outcome: { kind: 'no-change' } }, SCENARIO),
      `nothing to bisect: time per op of work/json.micro is the same in both, as far as 10 pairs can tell: +0.4 % [−1.0 %, +2.0 %]
a change of +2.0 % would have been seen with a power of 80 %
`,
    )
  })

  test('the faster, and the server’s CPU time', () => {
    const change = { ...RESULT.change, ratio: interval(0.49, 0.5, 0.51), threshold: Math.SQRT1_2 }
    const scenario = { id: 'work/json.http', kind: 'http' } as const
    const text = renderBisect({ ...RESULT, change }, scenario)
    assert.match(text, /^first commit that made work\/json\.http faster:/)
    assert.match(text, /\nthe server's CPU time per op: /)
  })

  test('progress', () => {
    const [good, bad] = RESULT.tested
    assert.ok(good?.kind === 'good' && bad !== undefined)
    const lines = (
      [
        { kind: 'started', range: RESULT.range },
        { kind: 'established', change: RESULT.change },
        { kind: 'testing', commit: PARENT, stepsLeft: 1 },
        { kind: 'testing', commit: FOUND, stepsLeft: 0 },
        { kind: 'tested', tested: { ...good, isClear: false } },
        { kind: 'tested', tested: bad },
        { kind: 'tested', tested: { kind: 'skipped', commit: FOUND, reason: 'it throws' } },
      ] as const
    ).map((event) => describeEvent(event, SCENARIO))
    assert.deepEqual(lines, [
      'bisect work/json.micro: 3 commits from good 111111111111 to bad 444444444444; measuring bad beside good',
      'time per op +100 % [+98 %, +102 %] in 10 pairs; a commit is bad above +41 %',
      '222222222222 before it; roughly 1 step after it',
      '333333333333 clone twice; the last step',
      '222222222222 good: +0.0 % [−1.0 %, +1.0 %] against good, 4 pairs, not clear',
      '333333333333 bad: +98 % [+95 %, +101 %] against good, 4 pairs',
      '333333333333 skipped: it throws',
    ])
  })
})
