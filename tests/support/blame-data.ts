import type { BlamedFunction, BlameSummary, SuspectRow } from '../../perf/results/report.ts'

/** A function of a blame, unlike others as told. */
export const row = (functionName: string, more: Partial<BlamedFunction> = {}): BlamedFunction => ({
  functionName,
  file: 'src/state.ts',
  line: 12,
  category: 'app',
  change: 'same',
  isTouched: false,
  selfNsPerOp: { before: 2_000, after: 4_000 },
  changeNs: { low: 1_800, value: 2_000, high: 2_200 },
  changeShare: 0.95,
  callsPerOp: { before: 2, after: 4 },
  allocatedBytesPerOp: { before: 1_024, after: 2_048 },
  deopts: { before: 0, after: 0 },
  deoptReason: '',
  ...more,
})

/** Who calls it twice as often. */
export const suspect = (more: Partial<SuspectRow> = {}): SuspectRow => ({
  ...row('applyEvent', { file: 'src/engine.ts', change: 'changed', isTouched: true }),
  callsPerOp: { before: 1, after: 1 },
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
  nsPerOp: { before: 5_530, after: 7_630 },
  ratio: { low: 1.35, value: 1.38, high: 1.41 },
  stackSamples: { before: 5_000, after: 5_000 },
  suspects: [suspect()],
  functions: [row('deepClone'), row('tiny', { changeShare: 0.01 })],
  unexplainedNs: 84,
  packages: [],
  ...more,
})
