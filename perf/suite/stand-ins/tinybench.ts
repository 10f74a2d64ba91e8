// tinybench as bench files import it, version 2 and later: its tasks are kept, and its runs pass.
// Source: its README and types, https://github.com/tinylibs/tinybench
import { anything } from './anything.ts'
import { type OpenBench, passRun, recording } from './recording.ts'

type Hook = (this: TaskLike, ...more: unknown[]) => unknown
type Fn = (this: TaskLike) => unknown

/** Hooks of one task. */
export interface TaskHooks {
  readonly beforeAll?: Hook
  readonly beforeEach?: Hook
  readonly afterEach?: Hook
  readonly afterAll?: Hook
}

interface BenchSettings {
  readonly name?: string
  readonly setup?: (task: TaskLike, mode: 'run') => unknown
  readonly teardown?: (task: TaskLike, mode: 'run') => unknown
}

/** What a task is for those who ask for it. */
interface TaskLike {
  readonly name: string
  readonly fn: unknown
  readonly result: unknown
}

/** Does what tinybench does before it runs a task, and says what it does around every call. */
export async function openTask(
  task: TaskLike,
  fn: Fn,
  hooks: TaskHooks,
  { setup, teardown }: BenchSettings = {},
): Promise<OpenBench> {
  await setup?.(task, 'run')
  await hooks.beforeAll?.call(task, 'run')
  const { beforeEach, afterEach } = hooks
  const hasAround = beforeEach !== undefined || afterEach !== undefined
  return {
    op: () => fn.call(task),
    around: hasAround
      ? { before: () => beforeEach?.call(task, 'run'), after: () => afterEach?.call(task, 'run') }
      : undefined,
    async close() {
      await hooks.afterAll?.call(task, 'run')
      await teardown?.(task, 'run')
    },
  }
}

/** A set of tasks. */
export class Bench extends EventTarget {
  readonly opts: BenchSettings
  readonly name: string | undefined
  readonly #tasks = new Map<string, { readonly task: TaskLike; readonly id: string }>()

  constructor(options: BenchSettings = {}) {
    super()
    this.opts = options
    this.name = options.name
  }

  add(name: string, fn: Fn, hooks: TaskHooks = {}): this {
    const task: TaskLike = { name, fn, result: anything }
    const id = recording().add({
      path: this.name === undefined ? [name] : [this.name, name],
      open: () => openTask(task, fn, hooks, this.opts),
    })
    this.#tasks.set(name, { task, id })
    recording().unrun.add(this)
    return this
  }

  todo(): this {
    return this
  }

  remove(name: string): this {
    const found = this.#tasks.get(name)
    if (found !== undefined) recording().benches.delete(found.id)
    this.#tasks.delete(name)
    return this
  }

  async run(): Promise<readonly TaskLike[]> {
    recording().unrun.delete(this)
    await passRun([...this.#tasks.values()].map(({ id }) => id))
    return this.tasks
  }

  runSync(): readonly TaskLike[] {
    recording().unrun.delete(this)
    return this.tasks
  }

  async warmup(): Promise<void> {}

  reset(): void {}

  get tasks(): readonly TaskLike[] {
    return [...this.#tasks.values()].map(({ task }) => task)
  }

  get results(): readonly unknown[] {
    return this.tasks.map(({ result }) => result)
  }

  getTask(name: string): TaskLike | undefined {
    return this.#tasks.get(name)?.task
  }

  table(): readonly object[] {
    return []
  }
}

/** For those who extend it; tasks are made by {@link Bench.add}. */
export class Task extends EventTarget {}

/** Milliseconds. */
export const now = (): number => performance.now()
export const hrtimeNow = (): number => Number(process.hrtime.bigint()) / 1e6
export const nToMs = (ns: number): number => ns / 1e6
export const mToNs = (ms: number): number => ms * 1e6
export const formatNumber = (value: number): string => String(value)
export const [
  hrtimeNowTimestampProvider,
  performanceNowTimestampProvider,
  calibrateTimerOverhead,
  classifyTimerSaturation,
  detectTimerSaturation,
  estimateResolution,
  medianAbsoluteDeviation,
] = Array(7).fill(anything) as unknown[]
