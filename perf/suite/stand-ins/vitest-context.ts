// What a test of vitest 5 is given: `bench`, whose benches are kept. To run one, the test is run again up to the place where it would.
import { anything } from './anything.ts'
import { type OpenBench, recording } from './recording.ts'
import { openTask, type TaskHooks } from './tinybench.ts'

type BenchFn = () => unknown
type RunTest = (context: TestContext) => Promise<void>

/** Of the test, as far as benches need it. */
export type TestContext = Readonly<Record<string, unknown>>

/** What `bench(…)` answers in a test. */
interface Registration {
  readonly name: string
  readonly fn: BenchFn | undefined
  readonly fnOpts: TaskHooks
  run(): Promise<unknown>
}

interface TestOfBenches {
  readonly path: readonly string[]
  readonly isOnly: boolean
}

/** A bench that a test has come to, and how the test goes on. */
interface Reached {
  readonly registration: Registration
  readonly goOn: () => void
}

/** The context of a test that is run to see which benches it has. @param run runs it once more, with another context */
export function contextOf(test: TestOfBenches, run: RunTest): TestContext {
  let count = 0
  return contextWith((registrations) => {
    for (const { name } of registrations) {
      const index = count++
      recording().add({ ...test, path: [...test.path, name], open: () => openBench(index, name, run) })
    }
    return Promise.resolve()
  })
}

/** Runs a test until it would run one of its benches. @param index how many it comes to before */
async function openBench(index: number, name: string, run: RunTest): Promise<OpenBench> {
  let whole: Promise<void> = Promise.resolve()
  let passed = 0
  const { registration, goOn } = await new Promise<Reached>((resolve, reject) => {
    const context = contextWith((registrations) => {
      const registration = registrations[index - passed]
      passed += registrations.length
      if (registration === undefined || registration.name !== name) return Promise.resolve()
      return new Promise((goOn) => resolve({ registration, goOn: () => goOn(undefined) }))
    })
    whole = run(context)
    whole.then(() => reject(new Error(`its test does not come to bench '${name}' again`)), reject)
  })
  const opened = await openTask({ ...registration, result: anything }, registration.fn!, registration.fnOpts)
  return {
    ...opened,
    async close() {
      await opened.close?.()
      goOn()
      await whole
    },
  }
}

/** @param reach called where benches would run, all of which have functions; they have run when it resolves */
function contextWith(reach: (registrations: readonly Registration[]) => Promise<unknown>): TestContext {
  const runAll = async (registrations: readonly Registration[]) => {
    await reach(registrations.filter(({ fn }) => fn !== undefined))
    return anything
  }
  const register = (name: string | BenchFn, ...rest: readonly unknown[]): Registration => {
    const registration: Registration = {
      name: typeof name === 'function' ? name.name : name,
      fn: rest.find((arg) => typeof arg === 'function') as BenchFn | undefined,
      fnOpts: (rest.find((arg) => typeof arg === 'object') ?? {}) as TaskHooks,
      run: () => runAll([registration]),
    }
    return registration
  }
  const stored = (name: string): Registration => ({
    name,
    fn: undefined,
    fnOpts: {},
    run: async () => anything,
  })
  const compare = (...args: readonly unknown[]) => runAll(args.filter(isRegistration))
  const bench = Object.assign(register, {
    compare,
    from: stored,
    perProject: register,
    withBaseline: register,
  })
  return {
    bench,
    expect: anything,
    task: anything,
    skip: anything,
    annotate: anything,
    onTestFinished: anything,
    onTestFailed: anything,
    signal: new AbortController().signal,
  }
}

function isRegistration(value: unknown): value is Registration {
  return typeof (value as Partial<Registration> | null)?.run === 'function'
}
