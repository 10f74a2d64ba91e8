import { Bench, type Task } from 'tinybench'
import { PROCESS_CANARIES, timeProcessCanaries } from './canary.ts'
import { MemoryMeter } from './memory-meter.ts'
import type { MicroScenario } from './scenario.ts'
import type { SliceCost, Workload } from './workload.ts'

/** Patch bytes are counted over the first ops of a process, which are the same ones every time. */
const COUNTED_OPS = 64
/** Shorter ops are timed several at once: a clock reading costs 30 to 50 ns and its resolution is of that order. */
const SHORTEST_SAMPLE_NS = 1_000

// biome-ignore lint/suspicious/noExplicitAny: each scenario knows its own state; the harness only hands it back
type State = any

/** Runs a micro scenario's ops in this process, with tinybench as the sampling engine inside each slice. */
export async function openMicroWorkload<Target>(
  scenario: MicroScenario<Target, State>,
  target: Target,
): Promise<Workload> {
  const state = await scenario.setup(target)
  const runner = new OpRunner(scenario, state)
  await runner.tryOut()
  const meter = new MemoryMeter()
  let prepared: { readonly samples: number; readonly task: Task } | undefined
  const prepareTask = (samples: number): Task => {
    if (prepared?.samples !== samples) prepared = { samples, task: makeTask(runner, samples) }
    return prepared.task
  }
  return {
    canaryNames: PROCESS_CANARIES,
    minSliceSamples: 1,
    sliceMs: 4,
    percentileScope: 'slice',
    get opsPerSample() {
      return runner.opsPerSample
    },
    calibrate(nsPerOp) {
      runner.opsPerSample = nsPerOp >= SHORTEST_SAMPLE_NS ? 1 : Math.ceil((2 * SHORTEST_SAMPLE_NS) / nsPerOp)
      prepared = undefined
    },
    runSlice: (samples) => timeSlice(prepareTask(samples), samples * runner.opsPerSample),
    async runMemorySlice(samples) {
      const task = prepareTask(samples)
      meter.start()
      await runTask(task)
      return meter.stop()
    },
    timeCanaries: async () => timeProcessCanaries(),
    patchBytesPerOp: runner.patchBytesPerOp(),
    clientBusyShare: null,
    close: async () => scenario.teardown?.(state),
  }
}

async function timeSlice(task: Task, ops: number): Promise<SliceCost> {
  const before = process.cpuUsage()
  const milliseconds = await runTask(task)
  const { user, system } = process.cpuUsage(before)
  const samplesNs = milliseconds.map((value) => value * 1e6)
  const sum = samplesNs.reduce((total, ns) => total + ns, 0)
  return { samplesNs, nsPerOp: sum / samplesNs.length, cpuNsPerOp: ((user + system) * 1000) / ops }
}

/** One tinybench task for slices of one length; run again for every slice. `throws` makes a failed op or check reject. */
function makeTask(runner: OpRunner, samples: number): Task {
  const bench = new Bench({ iterations: samples, time: 0, warmup: false, retainSamples: true, throws: true })
  bench.add('op', () => runner.runSample(), { async: runner.isAsync, afterEach: () => runner.checkLast() })
  return bench.getTask('op')!
}

async function runTask(task: Task): Promise<readonly number[]> {
  task.reset(false)
  await task.run()
  const { result } = task
  if ('latency' in result && result.latency.samples !== undefined) return result.latency.samples
  throw new Error(`tinybench ended a slice as '${result.state}' without samples`)
}

/** Runs ops one by one or in batches, and checks what they return outside the timed part. */
class OpRunner {
  readonly #scenario: MicroScenario<unknown, State>
  readonly #state: State
  #results: unknown[] = []
  #index = 0
  #patchBytes = 0
  opsPerSample = 1
  isAsync = false

  constructor(scenario: MicroScenario<never, State>, state: State) {
    this.#scenario = scenario as MicroScenario<unknown, State>
    this.#state = state
  }

  /** The first ops of all: tells whether ops are async, counts patch bytes, and fails early where ops fail. */
  async tryOut(): Promise<void> {
    for (let i = 0; i < COUNTED_OPS; i++) {
      const result = this.#scenario.op(this.#state, this.#index++)
      this.isAsync = typeof (result as PromiseLike<unknown> | undefined)?.then === 'function'
      this.#results[0] = await result
      this.checkLast()
      this.#patchBytes += this.#scenario.patchBytes?.(this.#results[0]) ?? 0
    }
  }

  runSample(): unknown {
    if (this.opsPerSample > 1) return this.isAsync ? this.#runAsyncBatch() : this.#runBatch()
    return this.isAsync ? this.#runAsync() : this.#run()
  }

  /** @throws whatever the scenario's check throws */
  checkLast(): void {
    for (const result of this.#results) this.#scenario.check?.(result, this.#state)
  }

  patchBytesPerOp(): number | null {
    return this.#scenario.patchBytes === undefined ? null : this.#patchBytes / COUNTED_OPS
  }

  #run(): void {
    this.#results[0] = this.#scenario.op(this.#state, this.#index++)
  }

  async #runAsync(): Promise<void> {
    this.#results[0] = await this.#scenario.op(this.#state, this.#index++)
  }

  #runBatch(): object {
    const start = performance.now()
    for (let i = 0; i < this.opsPerSample; i++) {
      this.#results[i] = this.#scenario.op(this.#state, this.#index++)
    }
    return this.#batchDuration(performance.now() - start)
  }

  async #runAsyncBatch(): Promise<object> {
    const start = performance.now()
    for (let i = 0; i < this.opsPerSample; i++) {
      this.#results[i] = await this.#scenario.op(this.#state, this.#index++)
    }
    return this.#batchDuration(performance.now() - start)
  }

  /** tinybench takes the sample from here instead of from its own clock. */
  #batchDuration(elapsedMs: number): object {
    return { overriddenDuration: elapsedMs / this.opsPerSample, overriddenIterationCost: elapsedMs }
  }
}
