// Who calls whom in one program, as far as its source and V8's exact counts know.
import { isOwnCode } from '../model/category.ts'
import type { FileCode, Mention } from './code/file-code.ts'
import { readCode } from './code/read-code.ts'
import { executionsAt, type SourceFunction } from './source-functions.ts'
import type { Sources } from './sources.ts'

/** A function that calls another, and how often it did in the counted stretch. */
export interface Caller {
  readonly fn: SourceFunction
  readonly times: number
}

/** Read when it is first asked; only what ran while calls were counted is in it, and nothing of what measures. */
export class CallGraph {
  readonly #sources: Sources
  #ran: readonly SourceFunction[] | undefined
  #namings: ReadonlyMap<string, readonly Caller[]> | undefined

  /** Several profiles of one program have one. */
  static of(sources: Sources): CallGraph {
    const known = graphs.get(sources) ?? new CallGraph(sources)
    graphs.set(sources, known)
    return known
  }

  private constructor(sources: Sources) {
    this.#sources = sources
  }

  /**
   * Everybody who calls a function; none where somebody unknown does, too. Of a function that has a name, those who call it by
   * that, where these calls are all that were counted. Of one without, the function that it stands in.
   */
  callersOf(fn: SourceFunction): readonly Caller[] {
    if (fn.calls === 0 || fn.isTopLevel) return []
    const name = calledAs(fn)
    if (name === '') return this.#outerOf(fn)
    const isShared = this.#functions.some((other) => other !== fn && calledAs(other) === name)
    const callers = this.#byName.get(name) ?? []
    const times = callers.reduce((sum, caller) => sum + caller.times, 0)
    return isShared || times !== fn.calls ? [] : callers
  }

  get #functions(): readonly SourceFunction[] {
    this.#ran ??= this.#sources.urls
      .filter((url) => !isOwnCode(url))
      .flatMap((url) => this.#sources.file(url)?.functions ?? [])
      .filter(({ calls, isTopLevel }) => calls > 0 && !isTopLevel)
    return this.#ran
  }

  /** Who calls something by its name, by the name. */
  get #byName(): ReadonlyMap<string, readonly Caller[]> {
    this.#namings ??= this.#readNamings()
    return this.#namings
  }

  #readNamings(): Map<string, Caller[]> {
    const found = new Map<string, Map<SourceFunction, number>>()
    for (const [fn, { name, offset }] of this.#calls()) {
      const callers = found.get(name) ?? new Map<SourceFunction, number>()
      callers.set(fn, (callers.get(fn) ?? 0) + executionsAt(fn, offset))
      found.set(name, callers)
    }
    return new Map(
      [...found].map(([name, callers]) => [name, [...callers].map(([fn, times]) => ({ fn, times }))]),
    )
  }

  /** Places that call something by its name, and ran. */
  *#calls(): Generator<readonly [SourceFunction, Mention]> {
    const codes = new Map<string, FileCode>()
    for (const fn of this.#functions) {
      const code = codes.get(fn.url) ?? readCode(this.#sources.file(fn.url)!)
      codes.set(fn.url, code)
      for (const mention of code.mentionsOf(fn))
        if (mention.use === 'call' && executionsAt(fn, mention.offset) > 0) yield [fn, mention]
    }
  }

  /** The innermost function around one, where that ran, too: what did not run has handed nothing on. */
  #outerOf(inner: SourceFunction): readonly Caller[] {
    const around = this.#functions.filter(
      (fn) =>
        fn !== inner &&
        fn.url === inner.url &&
        fn.startOffset <= inner.startOffset &&
        inner.endOffset <= fn.endOffset,
    )
    const [outer] = around.sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))
    return outer === undefined ? [] : [{ fn: outer, times: inner.calls }]
  }
}

const graphs = new WeakMap<Sources, CallGraph>()

/** What a call names it: V8 calls functions `Parser.parse` and `get size` as well. */
function calledAs({ name }: SourceFunction): string {
  return name.split(/[. ]/).at(-1)!
}
