// vitest as bench files import it: `bench` of versions 3 and 4, and the `bench` of a test's context of version 5. Groups, hooks and
// tests run when the file has loaded, as there; benches do not.
// Source: its docs (guide/benchmarking) and types, https://vitest.dev
import { anything } from './anything.ts'
import {
  enterGroup,
  fileGroup,
  type Group,
  groupIn,
  type Hook,
  type HookKind,
  pathOf,
  type RunChoice,
} from './groups.ts'
import { recording } from './recording.ts'
import { openTask, type TaskHooks } from './tinybench.ts'
import { contextOf, type TestContext } from './vitest-context.ts'

type Fn = (...args: never[]) => unknown
type Define = (group: Group, name: string, fn: Fn, options: object, choice: RunChoice) => void
/** Whatever is known of it, it can be called, and has modifiers. */
// biome-ignore lint/suspicious/noExplicitAny: its modifiers are many, and nest
type Definer = any

let group: Group = fileGroup()
/** Groups and tests that are defined and not run yet. */
let queue: (() => Promise<void>)[] = []

async function runQueue(): Promise<void> {
  while (queue.length > 0) {
    const [next] = queue.splice(0, 1)
    await next!()
  }
}

function enqueue(run: () => Promise<void>): void {
  if (queue.length === 0) recording().onceLoaded(runQueue)
  queue.push(run)
}

const defineGroup: Define = (parent, name, fn, _, choice) => {
  const own = groupIn(parent, name, choice)
  enqueue(async () => {
    const later = queue
    queue = []
    group = own
    await (fn as () => unknown)()
    await runQueue()
    group = parent
    queue = later
  })
}

/** Of versions 3 and 4. */
const defineBench: Define = (parent, name, fn, options, { isOnly, isSkipped }) => {
  if (isSkipped || parent.isSkipped) return
  const task = { name, fn, result: anything }
  recording().add({
    path: [...pathOf(parent), name],
    isOnly: isOnly === true || parent.isOnly,
    async open() {
      const leave = await enterGroup(parent)
      const opened = await openTask(task, fn as () => unknown, options as TaskHooks, options)
      return {
        ...opened,
        async close() {
          await opened.close?.()
          await leave()
        },
      }
    },
  })
}

/** Of version 5: a test that takes `bench` has benches. Others are no benches, and stay unrun. */
const defineTest: Define = (parent, name, fn, _, { isOnly, isSkipped }) => {
  if (isSkipped || parent.isSkipped || !/\bbench\b/.test(String(fn))) return
  const test = { path: [...pathOf(parent), name], isOnly: isOnly === true || parent.isOnly }
  const run = async (context: TestContext) => {
    const leave = await enterGroup(parent, context)
    await (fn as (context: TestContext) => unknown)(context)
    await leave()
  }
  enqueue(async () => {
    try {
      await run(contextOf(test, run))
    } catch (error) {
      const reason = `its test fails where benches do not run: ${error instanceof Error ? error.message : error}`
      recording().uncollected.push({ id: test.path.join(' › '), reason })
    }
  })
}

/** `name, fn, options` and `name, options, fn`; a name may be a function. */
function readArguments(args: readonly unknown[]): { name: string; fn: Fn | undefined; options: object } {
  const [first, ...rest] = args
  const fn = rest.find((arg) => typeof arg === 'function') as Fn | undefined
  const options = rest.find((arg) => typeof arg === 'object' && arg !== null) ?? {}
  return { name: typeof first === 'function' ? first.name : String(first), fn, options }
}

/** With the modifiers that vitest has, in any order. */
function definerOf(define: Define, choice: RunChoice = {}): Definer {
  const definer = (...args: readonly unknown[]) => {
    const { name, fn, options } = readArguments(args)
    if (fn !== undefined) define(group, name, fn, options, { ...choice, ...choiceOf(options) })
  }
  const also = (more: RunChoice) => definerOf(define, { ...choice, ...more })
  const each =
    (isSpread: boolean) => (cases: readonly unknown[]) => (name: string, first: unknown, second: unknown) =>
      cases.forEach((one, i) => {
        const values = isSpread && Array.isArray(one) ? one : [one]
        const [fn, options] = typeof first === 'function' ? [first, second] : [second, first]
        const bound = (...context: unknown[]) =>
          (fn as (...args: unknown[]) => unknown)(...values, ...context)
        definer(nameOfCase(name, values, i), options ?? {}, bound)
      })
  const modifiers: Record<string, () => unknown> = {
    only: () => also({ isOnly: true }),
    skip: () => also({ isSkipped: true }),
    todo: () => also({ isSkipped: true }),
    skipIf: () => (isSkipped: unknown) => also({ isSkipped: Boolean(isSkipped) }),
    runIf: () => (isRun: unknown) => also({ isSkipped: !isRun }),
    each: () => each(true),
    for: () => each(false),
    extend: () => () => {
      throw new Error('test.extend() is of vitest, which does not run here')
    },
  }
  return new Proxy(definer, {
    get: (target, key) =>
      typeof key === 'string' && Object.hasOwn(modifiers, key)
        ? modifiers[key]!()
        : ['concurrent', 'sequential', 'shuffle', 'fails'].includes(String(key))
          ? definerOf(define, choice)
          : Reflect.get(target, key),
  })
}

function choiceOf(options: object): RunChoice {
  const { only, skip, todo } = options as { only?: boolean; skip?: boolean; todo?: boolean }
  return { ...(only && { isOnly: true }), ...((skip || todo) && { isSkipped: true }) }
}

/** `%s` and its like take the next value, `$name` the property of the first one, `%#` the number of the case. */
function nameOfCase(name: string, values: readonly unknown[], index: number): string {
  let next = 0
  const show = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
  return name
    .replaceAll('%#', String(index))
    .replaceAll(/%[sdifjoOc]/g, (place) => (next < values.length ? show(values[next++]) : place))
    .replaceAll(/\$(\w+)/g, (place, key: string) => {
      const [first] = values as readonly Record<string, unknown>[]
      return typeof first === 'object' && first !== null && key in first ? show(first[key]) : place
    })
}

function hookOf(kind: HookKind): (hook: Hook) => void {
  return (hook) => void group.hooks.push({ kind, hook })
}

export const describe = definerOf(defineGroup)
export const suite = describe
export const bench = definerOf(defineBench)
export const test = definerOf(defineTest)
export const it = test
export const beforeAll = hookOf('beforeAll')
export const beforeEach = hookOf('beforeEach')
export const afterEach = hookOf('afterEach')
export const afterAll = hookOf('afterAll')
export const [expect, assert, chai, should, expectTypeOf, assertType, createExpect] = Array(7).fill(anything)
export const [onTestFinished, onTestFailed, recordArtifact, inject] = Array(4).fill(anything)

/** Mocks are of vitest. */
function noMocks(): never {
  throw new Error('mocks, fake timers and stubs are of vitest, which does not run here')
}
export const vi: object = new Proxy(
  { fn: (implementation: Fn = () => undefined) => implementation },
  { get: (target, key) => Reflect.get(target, key) ?? noMocks },
)
export const vitest = vi
export const [aroundAll, aroundEach] = [noMocks, noMocks]
