// A micro scenario as a workload: its ops in this process, sampled by tinybench.
import { Bench, type Task } from 'tinybench'
import { profilerClockUs } from '../../profile/capture/clock.ts'
import type { Observer } from '../../profile/capture/observer.ts'
import type { TimeWindow } from '../../profile/model/self-time.ts'
import { meanOf } from '../../profile/model/sum.ts'
import type { AroundOp, Counters, MicroScenario } from '../suite/scenario.ts'
import { PROCESS_CANARIES, timeProcessCanaries } from './canary.ts'
import { clock } from './clock.ts'
import { MemoryMeter } from './memory-meter.ts'
import { costsNothing } from './nothing-left.ts'
import type { SliceCost, Workload } from './workload.ts'

/** Counters are taken over the first ops of a process, which are the same ones every time. */
const COUNTED_OPS = 64
/** Ops so slow that these would take longer are counted fewer times. */
const COUNTED_MS = 1_000
/** Shorter ops are timed several at once: a clock reading costs 30 to 50 ns and its resolution is of that order. */
const SHORTEST_SAMPLE_NS = 1_000

// biome-ignore lint/suspicious/noExplicitAny: each scenario knows its own state; the harness only hands it back
type State = any

/** Runs a micro scenario's ops in this process, with tinybench as the sampling engine inside each slice. */
export async function openMicroWorkload<Target>(
  scenario: MicroScenario<Target, State, State>,
  target: Target,
  observer: Observer | undefined,
): Promise<Workload> {
  const state = await scenario.setup(target)
  const runner = new OpRunner(scenario, state)
  await runner.tryOut()
  const clock = new SliceClock()
  const meter = new MemoryMeter()
  let timed: OpTask | undefined
  let watched: OpTask | undefined
  let empty: OpTask | undefined
  const workload: Workload = {
    canaryNames: PROCESS_CANARIES,
    minSliceSamples: 1,
    sliceMs: 4,
    turnMs: 8,
    percentileScope: 'slice',
    get opsPerSample() {
      return runner.opsPerSample
    },
    calibrate(nsPerOp) {
      const isAlone = nsPerOp >= SHORTEST_SAMPLE_NS || runner.around !== undefined
      runner.opsPerSample = isAlone ? 1 : Math.ceil((2 * SHORTEST_SAMPLE_NS) / Math.max(1, nsPerOp))
      timed = undefined
    },
    async runSlice(samples) {
      if (timed?.samples !== samples) timed = makeTask(runner, samples, clock, () => runner.checkLast())
      try {
        const samplesNs = await runTask(timed)
        return { samplesNs, ...clock.costOf(samplesNs, runner.opsPerSample) }
      } catch (error) {
        // What went wrong may have done so because an op before it was not awaited.
        if (!(await runner.turnAsync())) throw error
        clock.windows.pop()
        timed = undefined
        return workload.runSlice(samples)
      }
    },
    async runMemorySlice(samples) {
      if (watched?.samples !== samples) watched = makeTask(runner, samples, meter)
      await runTask(watched)
      return meter.use
    },
    async runEmptyMemorySlice(samples) {
      const own = new OpRunner(EMPTY, state)
      own.opsPerSample = runner.opsPerSample
      own.isAsync = runner.isAsync
      if (empty?.samples !== samples) empty = makeTask(own, samples, meter)
      await runTask(empty)
      return meter.use
    },
    isNothingLeft: () => !runner.isAsync && runner.opsPerSample > 1 && costsNothing(scenario.op, state),
    runOps: (ops) => runner.runOps(ops),
    observe: async (command) => observer?.run(command),
    windows: () => clock.windows,
    timeCanaries: async () => timeProcessCanaries(),
    counters: runner.counters(),
    clientBusyShare: null,
    close: async () => scenario.teardown?.(state),
  }
  return workload
}

/** What the harness does by itself is what it does about this. */
const EMPTY: MicroScenario<unknown, State> = {
  kind: 'micro',
  id: 'empty/op.micro',
  setup: () => 0,
  op: () => {},
}

/** CPU and wall time from the first op of a slice to the last, without tinybench's own statistics after it. */
class SliceClock {
  #start = 0
  #elapsedNs = 0
  #cpuBefore: NodeJS.CpuUsage = { user: 0, system: 0 }
  #cpuNs = 0
  readonly windows: TimeWindow[] = []

  start(): void {
    this.windows.push({ startUs: profilerClockUs(), endUs: Number.POSITIVE_INFINITY })
    this.#cpuBefore = clock.cpuUsage()
    this.#start = clock.now()
  }

  stop(): void {
    this.#elapsedNs = (clock.now() - this.#start) * 1e6
    const { user, system } = clock.cpuUsage(this.#cpuBefore)
    this.#cpuNs = (user + system) * 1000
    this.windows.push({ startUs: this.windows.pop()!.startUs, endUs: profilerClockUs() })
  }

  /** Between ops the harness checks results and reads clocks: its share of the CPU time is that of the wall time. */
  costOf(samplesNs: readonly number[], opsPerSample: number): Pick<SliceCost, 'nsPerOp' | 'cpuNsPerOp'> {
    const nsPerOp = meanOf(samplesNs)
    const ops = samplesNs.length * opsPerSample
    const shareOfOps = Math.min(1, (nsPerOp * ops) / this.#elapsedNs)
    return { nsPerOp, cpuNsPerOp: (this.#cpuNs * shareOfOps) / ops }
  }
}

/** A tinybench task for slices of one length; run again for every slice. */
interface OpTask {
  readonly samples: number
  readonly task: Task
}

/** `observer` starts before the first op and stops after the last. `throws` makes a failed op or `afterSample` reject. */
function makeTask(
  runner: OpRunner,
  samples: number,
  observer: { start(): void; stop(): void },
  afterSample: () => void = () => {},
): OpTask {
  const bench = new Bench({ iterations: samples, time: 0, warmup: false, retainSamples: true, throws: true })
  bench.add('op', () => runner.runSample(), {
    async: runner.isAsync,
    beforeAll: () => observer.start(),
    ...(runner.around?.before !== undefined && { beforeEach: runner.around.before as () => undefined }),
    afterEach: () => {
      afterSample()
      return runner.around?.after?.() as undefined
    },
    afterAll: () => observer.stop(),
  })
  return { samples, task: bench.getTask('op')! }
}

/** Runs a slice. One duration a sample, in ns per op. */
async function runTask({ task }: OpTask): Promise<number[]> {
  task.reset(false)
  await task.run()
  const { result } = task
  if (!('latency' in result) || result.latency.samples === undefined)
    throw new Error(`tinybench ended a slice as '${result.state}' without samples`)
  return result.latency.samples.map((milliseconds) => milliseconds * 1e6)
}

/** Runs ops one by one or in batches, and checks what they return outside the timed part. */
class OpRunner {
  readonly #scenario: MicroScenario<unknown, State, State>
  readonly #state: State
  #results: unknown[] = []
  #index = 0
  readonly #counted = new Map<string, number>()
  #countedOps = 0
  opsPerSample = 1
  /** Whether an op has returned a promise so far. */
  isAsync = false
  readonly around: AroundOp | undefined

  constructor(scenario: MicroScenario<never, State, State>, state: State) {
    this.#scenario = scenario as MicroScenario<unknown, State, State>
    this.#state = state
    this.around = scenario.around?.(state)
  }

  /** The first ops of all: tells whether ops are async, takes counters, and fails early where ops fail. */
  async tryOut(): Promise<void> {
    const start = clock.now()
    while (this.#countedOps < COUNTED_OPS && clock.now() - start < COUNTED_MS) {
      await this.around?.before?.()
      const result = this.#scenario.op(this.#state, this.#index++)
      this.isAsync ||= isPromise(result)
      this.#results[0] = await result
      this.around?.elapsedMs?.()
      this.checkLast()
      await this.around?.after?.()
      const counters = this.#scenario.counters?.(this.#results[0], this.#state) ?? {}
      for (const [name, count] of Object.entries(counters)) {
        // JSON has no other numbers: what was counted could be written, and never be read again.
        if (!Number.isFinite(count)) throw new Error(`its counter '${name}' is no number but ${count}`)
        this.#counted.set(name, (this.#counted.get(name) ?? 0) + count)
      }
      this.#countedOps += 1
    }
  }

  runSample(): unknown {
    if (this.opsPerSample > 1) return this.isAsync ? this.#runAsyncBatch() : this.#runBatch()
    return this.isAsync ? this.#runAsync() : this.#run()
  }

  /** @throws whatever the scenario's check throws; Error for an op that returned a promise where none did before */
  checkLast(): void {
    if (!this.isAsync && this.#results.some(isPromise)) throw new Error('an op returned a promise for once')
    for (const result of this.#results) {
      const answer: unknown = this.#scenario.check?.(result, this.#state)
      if (isPromise(answer)) {
        // Nobody hears what it rejects with.
        Promise.resolve(answer).catch(() => {})
        throw new Error('its check returns a promise: a check answers at once')
      }
    }
  }

  /** Whether ops have begun to return promises, which are awaited then and from now on. @throws what they reject with */
  async turnAsync(): Promise<boolean> {
    const promises = this.#results.filter(isPromise)
    if (this.isAsync || promises.length === 0) return false
    this.isAsync = true
    await Promise.all(promises)
    return true
  }

  async runOps(ops: number): Promise<void> {
    for (let i = 0; i < ops; i++) {
      if (this.around?.before !== undefined) await this.around.before()
      const result = this.#scenario.op(this.#state, this.#index++)
      if (isPromise(result)) await result
      if (this.around?.after !== undefined) await this.around.after()
    }
  }

  /** What the scenario counted in its first ops, per op. */
  counters(): Counters {
    const perOp = [...this.#counted].map(([name, count]) => [name, count / this.#countedOps])
    return Object.fromEntries(perOp) as Counters
  }

  #run(): object | undefined {
    this.#results[0] = this.#scenario.op(this.#state, this.#index++)
    return this.#ownDuration()
  }

  async #runAsync(): Promise<object | undefined> {
    const result = this.#scenario.op(this.#state, this.#index++)
    this.#results[0] = isPromise(result) ? await result : result
    return this.#ownDuration()
  }

  /** Of an op that has a clock of its own, as {@link #batchDuration}. */
  #ownDuration(): object | undefined {
    const elapsedMs = this.around?.elapsedMs?.()
    return elapsedMs === undefined ? undefined : { overriddenDuration: elapsedMs }
  }

  #runBatch(): object {
    const start = clock.now()
    for (let i = 0; i < this.opsPerSample; i++) {
      this.#results[i] = this.#scenario.op(this.#state, this.#index++)
    }
    return this.#batchDuration(clock.now() - start)
  }

  async #runAsyncBatch(): Promise<object> {
    const start = clock.now()
    for (let i = 0; i < this.opsPerSample; i++) {
      const result = this.#scenario.op(this.#state, this.#index++)
      this.#results[i] = isPromise(result) ? await result : result
    }
    return this.#batchDuration(clock.now() - start)
  }

  /** tinybench takes the sample from here instead of from its own clock. */
  #batchDuration(elapsedMs: number): object {
    return { overriddenDuration: elapsedMs / this.opsPerSample, overriddenIterationCost: elapsedMs }
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}
