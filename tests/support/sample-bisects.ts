// What bisections find out, of every kind: git is what a bisection is about, so here only its result is made up.
import type { BisectEvent } from '../../perf/bisect/bisect.ts'
import type { BisectResult, Finding, TestedCommit } from '../../perf/bisect/result.ts'
import type { Commit } from '../../perf/git/commit.ts'

/** The scenario that they are about. */
export const BISECTED = { id: 'arrays/append.apply', kind: 'micro' } as const

const commit = (digit: string, subject: string): Commit => ({
  hash: digit.repeat(40),
  authorDate: `2026-01-0${digit}T12:00:00+01:00`,
  subject,
})
const [good, refactor, broken, clone, bad] = [
  commit('1', 'release: 1.4.0'),
  commit('2', 'state: name what is copied'),
  commit('3', 'state: half of a change | that does not build'),
  commit('4', 'engine: copy the state before the handler runs'),
  commit('5', 'docs: a changelog'),
] as const

const slower = { low: 1.36, value: 1.4, high: 1.44 }
const same = { low: 0.99, value: 1.005, high: 1.02 }
const range = { good, bad, commits: 4 }
const change = { ratio: slower, minimumDetectableEffect: 1.03, pairs: 12, threshold: 1.18 }
const step = { low: 1.34, value: 1.393, high: 1.45 }

const decided = (of: Commit, kind: 'good' | 'bad', more: Partial<TestedCommit> = {}) =>
  ({
    kind,
    commit: of,
    ratio: kind === 'bad' ? slower : same,
    pairs: 6,
    isClear: true,
    sameCodeAs: null,
    ...more,
  }) as TestedCommit
const skipped = (of: Commit, reason: string): TestedCommit => ({ kind: 'skipped', commit: of, reason })

const finding: Finding = {
  commit: clone,
  parent: refactor,
  ratio: slower,
  parentRatio: same,
  step,
  share: 0.985,
  files: ['src/engine.ts', 'src/state.ts'],
}

/** Results by how they ended. */
export const SAMPLE_BISECTS: Readonly<Record<string, BisectResult>> = {
  found: {
    range,
    change,
    tested: [decided(clone, 'bad'), decided(refactor, 'good')],
    outcome: { kind: 'found', finding },
  },
  'found-in-part': {
    range,
    change,
    tested: [
      skipped(broken, 'npm ci failed:\nno such package'),
      decided(clone, 'bad'),
      decided(refactor, 'good', { isClear: false }),
    ],
    outcome: {
      kind: 'found',
      finding: {
        ...finding,
        parentRatio: { low: 1.08, value: 1.11, high: 1.14 },
        step: { low: 1.22, value: 1.26, high: 1.3 },
        share: 0.687,
        files: Array.from({ length: 33 }, (_, i) => `src/part-${i + 1}.ts`),
      },
    },
  },
  'only-skipped': {
    range,
    change,
    tested: [
      decided(clone, 'bad'),
      skipped(broken, 'npm ci failed:\nno such package'),
      decided(refactor, 'good'),
    ],
    outcome: { kind: 'only-skipped', commits: [clone, broken] },
  },
  'no-change': {
    range,
    change: { ratio: same, minimumDetectableEffect: 1.03, pairs: 24, threshold: null },
    tested: [],
    outcome: { kind: 'no-change' },
  },
}

/** What a bisection tells on its way. */
export const SAMPLE_BISECT_EVENTS: readonly BisectEvent[] = [
  { kind: 'started', range },
  { kind: 'established', change },
  { kind: 'testing', commit: broken, stepsLeft: 1 },
  { kind: 'tested', tested: skipped(broken, 'npm ci failed:\nno such package') },
  { kind: 'testing', commit: clone, stepsLeft: 1 },
  { kind: 'tested', tested: decided(clone, 'bad') },
  { kind: 'testing', commit: refactor, stepsLeft: 0 },
  { kind: 'tested', tested: decided(refactor, 'good', { isClear: false }) },
]
