// Which file a tick fell into, where lines alone do not say it.
import type { SourceFunction } from '../source/source-functions.ts'
import type { Sources } from '../source/sources.ts'
import type { PlacedProfile, TickPlace } from './lines.ts'

/** Calls of calls that V8 inlines are seldom deeper. */
const DEEPEST = 3

/**
 * Places for the ticks of a profile whose files share their lines. A line of the function that a tick belongs to is that one's.
 * Any other is of a function that was inlined into it: of the only one with that line among those that it names, or those in
 * turn, the nearest first. Where there are several, or none, nobody can tell.
 */
export function guessPlaces({ profile, places }: PlacedProfile, sources: Sources): PlacedProfile {
  const calls = new NamedCalls(sources)
  const known = new Map<string, TickPlace>()
  const guess = (place: TickPlace, frame: number): TickPlace => {
    const own = sources.functionOf(profile.frames[frame]!)
    if (place.kind !== 'unknown' || place.line === 0 || own === undefined) return place
    return calls.placeOf(own, place.line)
  }
  return {
    profile,
    places: places.map((place, tick) => {
      const frame = profile.nodeFrame[profile.ticks.node[tick]!]!
      const key = `${frame}:${'line' in place ? place.line : ''}`
      const guessed = known.get(key) ?? guess(place, frame)
      known.set(key, guessed)
      return guessed
    }),
  }
}

/** Which functions a function may call, told by the words in it. */
class NamedCalls {
  readonly #sources: Sources
  readonly #byName = new Map<string, SourceFunction[]>()
  readonly #levels = new Map<SourceFunction, readonly ReadonlySet<SourceFunction>[]>()

  constructor(sources: Sources) {
    this.#sources = sources
    for (const called of sources.urls.flatMap((url) => sources.file(url)?.functions ?? [])) {
      const name = shortName(called)
      if (called.calls > 0 && !called.isTopLevel && name !== '')
        this.#byName.set(name, [...(this.#byName.get(name) ?? []), called])
    }
  }

  placeOf(own: SourceFunction, line: number): TickPlace {
    if (this.#hasLine(own, line)) return { kind: 'file', url: own.url, line }
    for (const level of this.#levelsOf(own)) {
      const [found, another] = [...level].filter((callee) => this.#hasLine(callee, line))
      if (found !== undefined) return another ? { kind: 'node' } : { kind: 'file', url: found.url, line }
    }
    return { kind: 'node' }
  }

  #hasLine(owner: SourceFunction, line: number): boolean {
    if (line < owner.startLine || line > owner.endLine) return false
    return this.#sources.file(owner.url)!.functionsOnLine(line).includes(owner)
  }

  #levelsOf(own: SourceFunction): readonly ReadonlySet<SourceFunction>[] {
    const known = this.#levels.get(own)
    if (known !== undefined) return known
    const seen = new Set([own])
    const levels: Set<SourceFunction>[] = []
    for (let level = new Set([own]); levels.length < DEEPEST && level.size > 0; ) {
      level = new Set(
        [...level].flatMap((caller) => this.#named(caller)).filter((callee) => !seen.has(callee)),
      )
      for (const callee of level) seen.add(callee)
      levels.push(level)
    }
    this.#levels.set(own, levels)
    return levels
  }

  /** Functions that are in a function, or named by it. */
  #named({ url, startOffset, endOffset }: SourceFunction): SourceFunction[] {
    const file = this.#sources.file(url)!
    const words = new Set(
      file.text.slice(startOffset, endOffset).match(/[\p{ID_Start}$_#][\p{ID_Continue}$]*/gu),
    )
    const within = file.functions.filter(
      (inner) => inner.calls > 0 && inner.startOffset > startOffset && inner.endOffset <= endOffset,
    )
    return [...within, ...[...words].flatMap((word) => this.#byName.get(word) ?? [])]
  }
}

/** V8 calls a method `Cart.total`, an accessor `get total`. */
function shortName({ name }: SourceFunction): string {
  return name.split(/[. ]/).at(-1)!
}
