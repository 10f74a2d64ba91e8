// Builders of blames.
import type { BlamedFunction, BlameSummary, SuspectRow } from '../../perf/profiling/blame-summary.ts'

/** A function of a blame, unlike others as told. */
export const row = (functionName: string, more: Partial<BlamedFunction> = {}): BlamedFunction => ({
  functionName,
  file: 'src/state.ts',
  line: 12,
  category: 'app',
  change: 'same',
  isTouched: false,
  selfNsPerOp: { baseline: 2_000, candidate: 4_000 },
  changeNs: { low: 1_800, value: 2_000, high: 2_200 },
  changeShare: 0.95,
  callsPerOp: { baseline: 2, candidate: 4 },
  allocatedBytesPerOp: { baseline: 1_024, candidate: 2_048 },
  deopts: { baseline: 0, candidate: 0 },
  deoptReason: '',
  ...more,
})

/** Who calls it twice as often. */
export const suspect = (more: Partial<SuspectRow> = {}): SuspectRow => ({
  ...row('applyEvent', { file: 'src/engine.ts', change: 'changed', isTouched: true }),
  callsPerOp: { baseline: 1, candidate: 1 },
  line: 41,
  explainedNs: { low: 1_900, value: 2_016, high: 2_200 },
  explainedShare: 0.96,
  symptom: row('deepClone'),
  loop: null,
  package: null,
  ...more,
})

/** What a scenario that became 38 % slower is told about. */
export const summary = (more: Partial<BlameSummary> = {}): BlameSummary => ({
  outcome: 'blamed',
  reason: null,
  cure: null,
  nsPerOp: { baseline: 5_530, candidate: 7_630 },
  ratio: { low: 1.35, value: 1.38, high: 1.41 },
  stackSamples: { baseline: 5_000, candidate: 5_000 },
  suspects: [suspect()],
  functions: [row('deepClone'), row('tiny', { changeShare: 0.01 })],
  unexplainedNs: 84,
  packages: [],
  ...more,
})
