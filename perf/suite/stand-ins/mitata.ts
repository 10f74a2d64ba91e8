// mitata as bench files import it: its benches are kept, one for every combination of their arguments, and its runs pass.
// Source: its README and types, https://github.com/evanwashere/mitata
import type { Parameters } from '../scenario.ts'
import { anything } from './anything.ts'
import { type OpenBench, passRun, recording } from './recording.ts'

type Arguments = Readonly<Record<string, unknown>>
// biome-ignore lint/suspicious/noExplicitAny: a function, one that loops over its state, or a generator
type Fn = (...values: any[]) => any

/** What a generator yields where its bench takes parameters that are made anew for every op. */
interface Computed {
  readonly bench?: Fn
  readonly manual?: Fn
  readonly [index: number]: () => unknown
}

const groups: string[] = []
/** Defined since the last run. */
let waiting: Trial[] = []

/** What `bench` answers: more can be said of it. */
class Trial {
  readonly #fn: Fn
  readonly #groups = [...groups]
  #name: string
  #values: Record<string, readonly unknown[]> = {}
  #ids: string[] | undefined

  constructor(name: string, fn: Fn) {
    this.#name = name
    this.#fn = fn
    recording().unrun.add(this)
    waiting.push(this)
  }

  name(name: string): this {
    this.#name = name
    return this
  }

  args(
    name: string | readonly unknown[] | Record<string, readonly unknown[]>,
    values?: readonly unknown[],
  ): this {
    if (Array.isArray(name)) this.#values.x = name
    else if (typeof name === 'string') this.#values[name] = values ?? []
    else this.#values = { ...this.#values, ...(name as Record<string, readonly unknown[]>) }
    return this
  }

  range(name: string, start: number, end: number, multiplier = 8): this {
    return this.args(
      name,
      steps(start, end, (value) => value * multiplier),
    )
  }

  dense_range(name: string, start: number, end: number, step = 1): this {
    return this.args(
      name,
      steps(start, end, (value) => value + step),
    )
  }

  gc(): this {
    return this
  }

  highlight(): this {
    return this
  }

  compact(): this {
    return this
  }

  baseline(): this {
    return this
  }

  /** Its arguments are complete when it is run, or when its file is at its end. */
  record(): readonly string[] {
    recording().unrun.delete(this)
    this.#ids ??= combinations(this.#values).map((values) =>
      recording().add({
        path: [...this.#groups, nameWith(this.#name, values)],
        parameters: shown(values),
        open: () => openBench(this.#fn, values),
      }),
    )
    return this.#ids
  }
}

function steps(start: number, end: number, next: (value: number) => number): number[] {
  const values: number[] = []
  for (let value = start; value < end; value = next(value)) values.push(value)
  return [...values, end]
}

function combinations(values: Readonly<Record<string, readonly unknown[]>>): Arguments[] {
  return Object.entries(values).reduce<Arguments[]>(
    (found, [name, each]) => each.flatMap((value) => found.map((one) => ({ ...one, [name]: value }))),
    [{}],
  )
}

/** `sort $size` says where; others have their arguments behind them. */
function nameWith(name: string, values: Arguments): string {
  const rest = Object.entries(values).filter(([key]) => !name.includes(`$${key}`))
  const filled = Object.entries(values).reduce(
    (text, [key, value]) => text.replaceAll(`$${key}`, () => String(value)),
    name,
  )
  return rest.length === 0
    ? filled
    : `${filled} (${rest.map(([key, value]) => `${key} ${value}`).join(', ')})`
}

function shown(values: Arguments): Parameters {
  const pairs = Object.entries(values).map(([key, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [key, value] : [key, String(value)],
  )
  return Object.fromEntries(pairs) as Parameters
}

async function openBench(fn: Fn, values: Arguments): Promise<OpenBench> {
  if (/Generator/.test(fn.constructor.name)) return openGenerator(fn, values)
  return fn.length === 0 ? { op: () => fn() } : openLoop(fn, values)
}

/** What is before its yield is done once, and what is behind it when all is over. */
async function openGenerator(generate: Fn, values: Arguments): Promise<OpenBench> {
  const generator = generate({ get: (name: string) => values[name] }) as AsyncGenerator<Fn | Computed>
  const { value } = await generator.next()
  const close = () => generator.next()
  if (typeof value === 'function') return { op: () => value(), close }
  return { ...openComputed(value as Computed | undefined), close }
}

function openComputed(computed: Computed | undefined): OpenBench {
  const bench = computed?.bench ?? computed?.manual
  if (computed === undefined || typeof bench !== 'function')
    throw new TypeError('its generator yields no function to measure')
  let made: unknown[] = []
  return {
    op: () => bench(...made),
    around: {
      before() {
        made = Array.from({ length: bench.length }, (_, i) => computed[i]?.())
      },
    },
  }
}

/** `(state) => { for (const _ of state) … }`: an op is a call that goes once through its loop, timed by the loop. */
function openLoop(fn: Fn, values: Arguments): OpenBench {
  let elapsedMs = 0
  const state = {
    get: (name: string) => values[name],
    *[Symbol.iterator]() {
      const start = performance.now()
      yield undefined
      elapsedMs = performance.now() - start
    },
  }
  return { op: () => fn(state), around: { elapsedMs: () => elapsedMs } }
}

/** Defines a bench. */
export function bench(first: string | Fn, second?: Fn): Trial {
  const fn = typeof first === 'function' ? first : second
  if (typeof fn !== 'function') throw new TypeError(`bench('${first}') has no function`)
  const trial = new Trial(typeof first === 'string' ? first : first.name || 'anonymous', fn)
  if (waiting.length === 1) recording().onceLoaded(async () => void recordWaiting())
  return trial
}

/** Puts its name before those of the benches that `define` defines. */
export function group(first: string | (() => unknown), second?: () => unknown): unknown {
  if (typeof first === 'function') return first()
  groups.push(first)
  const leave = () => void groups.pop()
  try {
    const made = second?.()
    if (made instanceof Promise) return made.finally(leave)
    leave()
    return made
  } catch (error) {
    leave()
    throw error
  }
}

const plain = (define: () => unknown): unknown => define()
export const [boxplot, barplot, summary, lineplot, compact] = [plain, plain, plain, plain, plain]
/** As versions before 1 have it. */
export const baseline = bench
/** Benches made by hand. */
export const B = Trial
export const flags = { compact: 1, baseline: 2 }

/** Stands for a run of what was defined so far. */
export async function run(): Promise<unknown> {
  await passRun(recordWaiting())
  return { layout: [], context: anything, benchmarks: [] }
}

function recordWaiting(): string[] {
  const trials = waiting
  waiting = []
  return trials.flatMap((trial) => trial.record())
}

/** Keeps V8 from seeing that nobody needs a value. */
export function do_not_optimize(value: unknown): void {
  kept.value = value
}
const kept: { value: unknown } = { value: undefined }

/** @throws Error: there is nothing to collect in a file that measures by itself */
export function measure(): never {
  throw new Error("it measures by mitata's measure(), which is no bench: write it as bench('…', …)")
}
