// Two versions of a small program, counted by V8 and with drawn profiles: one clones its state once an op, the other twice.
import { fileURLToPath } from 'node:url'
import type { CountedFork } from '../../perf/profiling/fork.ts'
import type { ScenarioProfile } from '../../perf/profiling/pass.ts'
import type { HeapSample } from '../../profile/model/heap.ts'
import { type CountedProgram, countProgram, drawSide } from './counted-program.ts'
import { makeFork } from './fork-data.ts'
import type { Cleaner } from './shared.ts'

/** A version whose profiles are drawn. */
export interface SampleVersion {
  /** Where its files are. */
  readonly folder: string
  /** Profiles of a scenario in it, `profiles` of 300 stack samples each. */
  profile(scenarioId: string, profiles?: number): ScenarioProfile
}

/** Each costs as much as the stacks say, ns an op: the clone is called once, and then twice. */
export async function sampleVersions(
  cleaner: Cleaner,
): Promise<{ readonly once: SampleVersion; readonly twice: SampleVersion }> {
  const [once, twice] = [
    await countProgram(cleaner, filesOf('deepClone(state)')),
    await countProgram(cleaner, filesOf('deepClone(deepClone(state))')),
  ]
  return { once: toVersion(once, 1), twice: toVersion(twice, 2) }
}

function filesOf(next: string): Record<string, string> {
  return {
    'index.mjs':
      "import { applyEvent } from './src/engine.mjs'\nfunction op() { return applyEvent({ items: [1] }) }\nexport { op }\n",
    'src/engine.mjs': `import { deepClone } from './state.mjs'

function applyEvent(state) {
  const next = ${next}
  next.items.push(2)
  return next
}
export { applyEvent }
`,
    'src/state.mjs': `function deepClone(value) {
  return { ...value, items: [...value.items] }
}
export { deepClone }
`,
  }
}

const BYTES_PER_CLONE = 512
/** What an op costs under the profiler, in each of its processes. */
const OVERHEADS = [1.08, 1.09, 1.1]

/** The counts of so many ops, of which nothing but the heap was observed. */
export function sampleCounts(ops: number, heap: HeapSample | null): CountedFork {
  return {
    ops: { calls: ops, heap: ops },
    observations: {
      shiftedFiles: [],
      startUs: 0,
      coverage: [],
      ran: [],
      scripts: [],
      inputs: null,
      repeats: [],
      loopDelayNs: 0,
      heap,
      cpuProfile: null,
    },
  }
}

function toVersion(program: CountedProgram, clones: number): SampleVersion {
  const stacks = {
    op: 400 * clones,
    'op > applyEvent': 5_600,
    'op > applyEvent > deepClone': 4_000 * clones,
  }
  const nsPerOp = Object.values(stacks).reduce((a, b) => a + b)
  const { sources, countedOps } = program
  const urlOf = (file: string) => sources.urls.find((url) => url.endsWith(file))!
  const heap = allocated(urlOf('/src/state.mjs'), countedOps * clones * BYTES_PER_CLONE)
  const counted = sampleCounts(countedOps, heap)
  return {
    folder: fileURLToPath(new URL('.', urlOf('/index.mjs'))),
    profile: (scenarioId, profiles = 3) => ({
      scenarioId,
      profiles: drawSide(program, stacks, profiles).profiles,
      costs: OVERHEADS.map((overhead) => makeFork({ nsPerOp: nsPerOp * overhead })),
      counted,
      sources,
      problems: [],
    }),
  }
}

/** A heap profile in which the first function of a file allocated so many bytes, and nobody else any. */
function allocated(url: string, bytes: number): HeapSample {
  const at = { lineNumber: 0, columnNumber: 0 }
  const clone = { callFrame: { functionName: 'deepClone', url, ...at }, selfSize: bytes, children: [] }
  return { callFrame: { functionName: '(root)', url: '', ...at }, selfSize: 0, children: [clone] }
}
