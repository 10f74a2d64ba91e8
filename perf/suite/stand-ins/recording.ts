// What a bench file of another tool defines while it loads: its benches, kept instead of run.
import type { AroundOp, MicroScenario, Parameters, Scenario } from '../scenario.ts'

/** A bench that is ready to run. */
export interface OpenBench {
  /** One op. */
  readonly op: () => unknown
  readonly around?: AroundOp | undefined
  readonly close?: () => unknown
}

/** A bench of another tool. */
export interface RecordedBench {
  /** Its groups from the outermost on, and its name. */
  readonly path: readonly string[]
  readonly parameters?: Parameters
  /** Whether its file asks for it, and others that are asked for so, alone. */
  readonly isOnly?: boolean
  /** Does what its tool does before it runs the bench. */
  readonly open: () => OpenBench | Promise<OpenBench>
}

/** What could not be had of a bench file. */
export interface Uncollected {
  readonly id: string
  readonly reason: string
}

/** What a bench file holds. */
export interface Recorded {
  readonly scenarios: readonly Scenario[]
  readonly uncollected: readonly Uncollected[]
}

/** An async main() goes on after its module has loaded: waited for so long where nothing was defined so far, or is not run yet. */
const LONGEST_WAIT_MS = { nothing: 2_000, unrun: 1_000 }
const STEP_MS = 10
const SEPARATOR = ' › '
const LONGEST_ID = 200

/** One bench file at a time is recorded in a process. */
let current: Recording | undefined

class Recording {
  readonly wanted: string | undefined
  readonly benches = new Map<string, RecordedBench>()
  readonly uncollected: Uncollected[] = []
  /** What tools do once the file has loaded; done twice, it does no more. */
  readonly #finishers: (() => Promise<void>)[] = []
  /** What is defined to be run, and was not. */
  readonly unrun = new Set<object>()
  readonly reached: Promise<void>
  #reach = () => {}

  constructor(wanted: string | undefined) {
    this.wanted = wanted
    this.reached = new Promise((resolve) => {
      this.#reach = resolve
    })
  }

  /** The bench's own id: the first of a name has it, the others have a number. */
  add(bench: RecordedBench): string {
    const name = idOf(bench.path)
    let id = name
    for (let n = 2; this.benches.has(id); n++) id = `${name} (${n})`
    this.benches.set(id, bench)
    return id
  }

  onceLoaded(finish: () => Promise<void>): void {
    this.#finishers.push(finish)
  }

  async finish(): Promise<void> {
    await this.#runFinishers()
    const start = performance.now()
    while (performance.now() - start < this.#longestWaitMs()) {
      await new Promise((resolve) => setTimeout(resolve, STEP_MS))
    }
    await this.#runFinishers()
  }

  async #runFinishers(): Promise<void> {
    for (const finish of this.#finishers) await finish()
  }

  #longestWaitMs(): number {
    if (this.benches.size + this.uncollected.length === 0) return LONGEST_WAIT_MS.nothing
    return this.unrun.size === 0 ? 0 : LONGEST_WAIT_MS.unrun
  }

  /** The file has come to where its tool would run what is wanted: it stays there. */
  stay(): Promise<never> {
    this.#reach()
    return new Promise(() => {})
  }
}

/**
 * Loads a bench file, and answers what it defines.
 * @param wanted id of a bench that will be run: the file stays where its tool would run it, so that what it opened before is
 *   open, and what it closes after that is not closed
 * @param isElsewhere whether something was defined that is not recorded here
 */
export async function recordBenches<T>(
  load: () => Promise<T>,
  wanted: string | undefined,
  isElsewhere: (loaded: T) => boolean,
): Promise<Recorded & { readonly loaded: T | undefined }> {
  const recording = new Recording(wanted)
  current = recording
  const whole = (async () => {
    const loaded = await load()
    if (!isElsewhere(loaded)) await recording.finish()
    return loaded
  })()
  whole.catch(() => {})
  const loaded = await Promise.race([whole, recording.reached])
  return {
    loaded: loaded as T | undefined,
    scenarios: chosen([...recording.benches]).map(([id, bench]) => toScenario(id, bench)),
    uncollected: recording.uncollected,
  }
}

/** The file that is recorded. @throws Error where none is */
export function recording(): Recording {
  if (current === undefined) throw new Error('a bench is defined where none is collected')
  return current
}

/**
 * Resolves when a tool's run of benches is over, which is at once; never for the run that has the wanted one.
 * @param ids of the benches that are run
 */
export function passRun(ids: readonly string[]): Promise<void> {
  const { wanted } = recording()
  return wanted !== undefined && ids.includes(wanted) ? recording().stay() : Promise.resolve()
}

function chosen(benches: readonly (readonly [string, RecordedBench])[]) {
  const only = benches.filter(([, { isOnly }]) => isOnly)
  return only.length > 0 ? only : benches
}

function idOf(path: readonly string[]): string {
  const text = path.map(visible).filter(Boolean).join(SEPARATOR)
  return text.slice(0, LONGEST_ID - ' (99)'.length).trim() || 'anonymous'
}

/** One line that can be told from another by looking at it. */
function visible(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
}

function toScenario(id: string, { parameters, open }: RecordedBench): MicroScenario<undefined, OpenBench> {
  return {
    kind: 'micro',
    id,
    ...(parameters !== undefined && { parameters }),
    setup: open,
    op: ({ op }) => op(),
    around: ({ around }) => around,
    teardown: async ({ close }) => {
      await close?.()
    },
  }
}
