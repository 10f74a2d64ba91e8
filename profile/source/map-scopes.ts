// The scopes of a source map: which function of the sources a function of the compiled text is.

/** A place in compiled text, line and column from 0. */
export interface MapPlace {
  readonly line: number
  readonly column: number
}

/** The members that scopes are read from; nothing of them is certain. */
export interface ScopedMap {
  readonly mappings?: unknown
  readonly scopes?: unknown
  readonly names?: unknown
  readonly sections?: unknown
}

/** A stretch of the compiled text. Those inside of it come after it. */
interface GeneratedRange {
  readonly start: MapPlace
  end: MapPlace | undefined
  /** The index of the range around it; -1 for none. */
  readonly parent: number
  /** Whether it is a function of the compiled text. */
  readonly isFunction: boolean
  /** What the sources call it; undefined for what has no name there. */
  readonly name: string | undefined
}

/** Which tag begins an item. */
const TAG = { scopeStart: 1, scopeEnd: 2, rangeStart: 5, rangeEnd: 6 } as const
const SCOPE_HAS_NAME = 1
const RANGE = { hasLine: 1, hasDefinition: 2, isFunction: 4 } as const

/**
 * The functions of a compiled text as its map's `scopes` have them.
 * Spec: https://github.com/tc39/ecma426/blob/main/proposals/scopes.md (stage 3)
 */
export class MapScopes {
  readonly #ranges: readonly GeneratedRange[]

  private constructor(ranges: readonly GeneratedRange[]) {
    this.#ranges = ranges
  }

  /** Undefined for a map that has none. */
  static of(map: ScopedMap): MapScopes | undefined {
    const ranges = readRanges(map)
    return ranges.length === 0 ? undefined : new MapScopes(ranges)
  }

  /** The innermost function around a place: where it begins, and what the sources call it. */
  functionAt(place: MapPlace): { readonly start: MapPlace; readonly name: string | undefined } | undefined {
    let at = this.#lastBefore(place)
    while (at >= 0 && !(this.#ranges[at]!.isFunction && isBefore(place, this.#ranges[at]!.end)))
      at = this.#ranges[at]!.parent
    return this.#ranges[at]
  }

  /** The last range that begins at or before a place: what is around it is that one, or around that one. */
  #lastBefore(place: MapPlace): number {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(place, this.#ranges[middle]!.start)) high = middle
      else low = middle + 1
    }
    return low - 1
  }
}

/** Whether a place comes before another one, or before the end of a text that does not tell it. */
function isBefore({ line, column }: MapPlace, other: MapPlace | undefined): boolean {
  return other === undefined || line < other.line || (line === other.line && column < other.column)
}

/** Those of a map with sections stand where its sections do. */
function readRanges({ scopes, names, sections }: ScopedMap): GeneratedRange[] {
  if (!Array.isArray(sections)) {
    if (typeof scopes !== 'string') return []
    return new RangeReader(Array.isArray(names) ? names : []).read(scopes)
  }
  const all: GeneratedRange[] = []
  for (const section of sections) {
    const { offset, map } = (section ?? {}) as {
      readonly offset?: Partial<MapPlace>
      readonly map?: ScopedMap
    }
    const first = all.length
    const move = (place: MapPlace) => moveTo(place, { line: offset?.line ?? 0, column: offset?.column ?? 0 })
    for (const { start, end, parent, ...range } of readRanges(map ?? {}))
      all.push({
        ...range,
        start: move(start),
        end: end && move(end),
        parent: parent < 0 ? -1 : first + parent,
      })
  }
  return all
}

function moveTo({ line, column }: MapPlace, offset: MapPlace): MapPlace {
  return { line: line + offset.line, column: line === 0 ? column + offset.column : column }
}

/** Reads items one by one; most numbers count from the one of their kind before. */
class RangeReader {
  readonly #names: readonly unknown[]
  /** Names of scopes in the order in which those begin. */
  readonly #scopeNames: (string | undefined)[] = []
  readonly #ranges: GeneratedRange[] = []
  readonly #open: number[] = []
  #depth = 0
  #name = 0
  #line = 0
  #column = 0
  #definition = 0

  constructor(names: readonly unknown[]) {
    this.#names = names
  }

  read(scopes: string): GeneratedRange[] {
    for (const item of scopes.split(',')) this.#take(new Numbers(item))
    return this.#ranges
  }

  #take(item: Numbers): void {
    const tag = item.unsigned()
    if (tag === TAG.scopeStart) this.#startScope(item)
    else if (tag === TAG.scopeEnd) this.#depth--
    else if (tag === TAG.rangeStart) this.#startRange(item)
    else if (tag === TAG.rangeEnd) this.#endRange(item)
  }

  /** Where a scope is, its own source tells as well; names count anew in every source. */
  #startScope(item: Numbers): void {
    if (this.#depth++ === 0) this.#name = 0
    const flags = item.unsigned()
    item.unsigned()
    item.unsigned()
    if ((flags & SCOPE_HAS_NAME) !== 0) this.#name += item.signed()
    const name = (flags & SCOPE_HAS_NAME) === 0 ? undefined : this.#names[this.#name]
    this.#scopeNames.push(typeof name === 'string' ? name : undefined)
  }

  #startRange(item: Numbers): void {
    const flags = item.unsigned()
    const start = this.#moveBy((flags & RANGE.hasLine) === 0 ? 0 : item.unsigned(), item.unsigned())
    const hasDefinition = (flags & RANGE.hasDefinition) !== 0
    if (hasDefinition) this.#definition += item.signed()
    this.#open.push(this.#ranges.length)
    this.#ranges.push({
      start,
      end: undefined,
      parent: this.#open.at(-2) ?? -1,
      isFunction: (flags & RANGE.isFunction) !== 0,
      name: hasDefinition ? this.#scopeNames[this.#definition] : undefined,
    })
  }

  #endRange(item: Numbers): void {
    const first = item.unsigned()
    const end = item.isOver ? this.#moveBy(0, first) : this.#moveBy(first, item.unsigned())
    const range = this.#ranges[this.#open.pop() ?? -1]
    if (range !== undefined) range.end = end
  }

  #moveBy(lines: number, columns: number): MapPlace {
    this.#line += lines
    this.#column = lines === 0 ? this.#column + columns : columns
    return { line: this.#line, column: this.#column }
  }
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const CONTINUES = 32

/** Numbers in base 64, five bits a digit, the least first. */
class Numbers {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isOver(): boolean {
    return this.#at >= this.#text.length
  }

  /** 0 at the end. */
  unsigned(): number {
    let value = 0
    for (let factor = 1; !this.isOver; factor *= CONTINUES) {
      const digit = Math.max(0, DIGITS.indexOf(this.#text[this.#at++]!))
      value += (digit % CONTINUES) * factor
      if (digit < CONTINUES) break
    }
    return value
  }

  /** The last bit is the sign. */
  signed(): number {
    const value = this.unsigned()
    return value % 2 === 0 ? value / 2 : -(value - 1) / 2
  }
}
