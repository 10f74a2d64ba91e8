// node:bench as bench files import it: its benches are kept, and its runs pass.
// Source: https://github.com/nodejs/node/blob/main/doc/api/bench.md (early development)
import { PassThrough } from 'node:stream'
import type { AroundOp, Parameters } from '../scenario.ts'
import { anything } from './anything.ts'
import { enterGroup, fileGroup, type Group, groupIn, type Hook, type HookKind, pathOf } from './groups.ts'
import { type OpenBench, passRun, recording } from './recording.ts'

type Fn = (context: Context) => unknown

interface Options {
  readonly only?: boolean
  readonly skip?: boolean | string
  readonly params?: Parameters
}

/** One call's own clock. */
class Context {
  readonly index: number
  readonly name: string
  readonly params: Parameters
  readonly phase = 'measurement'
  readonly signal = new AbortController().signal
  #start: number | undefined
  /** What the call measured. */
  elapsedMs: number | undefined

  constructor(index: number, name: string, params: Parameters) {
    this.index = index
    this.name = name
    this.params = params
  }

  start(): void {
    this.#start = performance.now()
  }

  end(operations: number): unknown {
    const end = performance.now()
    if (this.#start === undefined) throw new Error('end() is called before start()')
    if (!Number.isSafeInteger(operations) || operations < 1)
      throw new RangeError(`end() is told of ${operations} operations`)
    this.elapsedMs = end - this.#start
    return anything
  }

  record({ duration_ns }: { readonly duration_ns: bigint }): unknown {
    this.elapsedMs = Number(duration_ns) / 1e6
    return anything
  }

  done(): void {}
}

/** Declarations of one runner. */
class Runner {
  #group: Group = fileGroup()
  #waiting: string[] = []
  readonly #building: Promise<unknown>[] = []

  readonly bench = this.#withModifiers((name, options, fn) => {
    const id = this.#record(name, options, fn as Fn)
    this.#waiting.push(...(id === undefined ? [] : [id]))
    // Awaited at the top of a file, it ends when the bench has run.
    return this.#group.parent !== undefined || id === undefined
      ? Promise.resolve(undefined)
      : passRun([id]).then(() => anything)
  })

  readonly suite = this.#withModifiers((name, { only, skip }, fn) => {
    const outer = this.#group
    this.#group = groupIn(outer, name, { isOnly: only === true, isSkipped: Boolean(skip) })
    const leave = () => {
      this.#group = outer
    }
    const made = (fn as unknown as () => unknown)()
    if (!(made instanceof Promise)) return leave()
    // What a suite declares after it has waited is its own.
    const built = made.finally(leave)
    this.#building.push(built)
    recording().onceLoaded(async () => void (await Promise.all(this.#building)))
    return built
  })

  readonly before = this.#hook('beforeAll')
  readonly after = this.#hook('afterAll')
  readonly beforeEach = this.#hook('beforeEach')
  readonly afterEach = this.#hook('afterEach')

  readonly run = (): PassThrough => {
    const ids = this.#waiting
    this.#waiting = []
    const events = new PassThrough({ objectMode: true })
    Promise.all(this.#building)
      .then(() => passRun(ids))
      .then(() => events.end())
    return events
  }

  #hook(kind: HookKind): (hook: Hook) => void {
    return (hook) => void this.#group.hooks.push({ kind, hook })
  }

  #record(name: string, { only, skip, params = {} }: Options, fn: Fn): string | undefined {
    const group = this.#group
    if (skip || group.isSkipped) return undefined
    const described = Object.entries(params).map(([key, value]) => `${key} ${value}`)
    const full = described.length === 0 ? name : `${name} (${described.join(', ')})`
    return recording().add({
      path: [...pathOf(group), full],
      parameters: params,
      isOnly: only === true || group.isOnly,
      open: () => open(group, name, params, fn),
    })
  }

  /** `([name][, options], fn)`, `.skip` and `.only`. */
  #withModifiers<T>(define: (name: string, options: Options, fn: (...args: never[]) => unknown) => T) {
    const take =
      (more: Options) =>
      (...args: readonly unknown[]): T => {
        const fn = args.find((arg) => typeof arg === 'function') as (...args: never[]) => unknown
        if (fn === undefined) throw new TypeError(`'${String(args[0])}' has no function`)
        const name = typeof args[0] === 'string' ? args[0] : fn.name || '<anonymous>'
        const options = args.find((arg) => typeof arg === 'object' && arg !== null) as Options | undefined
        return define(name, { ...options, ...more }, fn)
      }
    return Object.assign(take({}), { skip: take({ skip: true }), only: take({ only: true }) })
  }
}

/** An op is one call, of which counts what it measures. */
async function open(group: Group, name: string, params: Parameters, fn: Fn): Promise<OpenBench> {
  const close = await enterGroup(group, { name, params, signal: new AbortController().signal })
  let context: Context
  let index = 0
  const around: AroundOp = {
    elapsedMs() {
      if (context.elapsedMs === undefined)
        throw new Error('it called neither start() and end(), nor record()')
      return context.elapsedMs
    },
  }
  const op = () => {
    context = new Context(index++, name, params)
    return fn(context)
  }
  return { op, around, close }
}

const shared = new Runner()
export const { bench, suite, before, after, beforeEach, afterEach, run } = shared
export const describe = suite

/** A runner with declarations of its own. */
export function createRunner(): object {
  const { bench, suite, before, after, beforeEach, afterEach, run } = new Runner()
  return { bench, suite, describe: suite, before, after, beforeEach, afterEach, run }
}
