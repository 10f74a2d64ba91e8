// The functions of a source file as V8's coverage lists them, with how often each part of them ran.
/** A function as its source has it, with how often it ran. Offsets in UTF-16 units, lines and columns from 1. */
export interface SourceFunction {
  readonly name: string
  readonly url: string
  readonly startOffset: number
  readonly endOffset: number
  readonly startLine: number
  readonly endLine: number
  readonly startColumn: number
  /** Whether it is a module's or script's top level. */
  readonly isTopLevel: boolean
  /** Calls in the counted stretch. */
  readonly calls: number
  /** Parts of it that ran otherwise often than it was called, outer before inner ones. */
  readonly blocks: readonly CountedRange[]
}

/** A stretch of source, end excluded, and how often it ran. */
export interface CountedRange {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

/** V8's precise coverage of one script, as the inspector gives it. */
export interface ScriptCoverage {
  readonly url: string
  readonly functions: readonly {
    readonly functionName: string
    readonly ranges: readonly CountedRange[]
  }[]
}

/** The functions of one file, with its text. */
export class SourceFile {
  readonly url: string
  readonly text: string
  readonly functions: readonly SourceFunction[]
  readonly #lineStarts: readonly number[]
  readonly #onLine = new Map<number, readonly SourceFunction[]>()
  #stretches: readonly OwnedStretch[] | undefined

  constructor(url: string, text: string, coverage: ScriptCoverage['functions']) {
    this.url = url
    this.text = text
    this.#lineStarts = findLineStarts(text)
    this.functions = coverage
      .filter(({ ranges }) => ranges.length > 0 && ranges[0]!.startOffset < text.length)
      .map(({ functionName, ranges }) => this.#locate(functionName, ranges))
  }

  /** The offset of a position that counts from 1; undefined beyond the text. */
  offsetOf(line: number, column: number): number | undefined {
    const start = this.#lineStarts[line - 1]
    return start === undefined ? undefined : start + Math.max(0, column - 1)
  }

  /** The function that holds an offset, the innermost one. */
  functionAt(offset: number): SourceFunction | undefined {
    const stretches = this.#ownedStretches()
    return stretches[lastAt(stretches, offset, startOfStretch)]?.owner
  }

  /**
   * The functions that have code of their own on a line, that is, which are innermost somewhere on it between the first
   * and the last character that is no white space.
   */
  functionsOnLine(line: number): readonly SourceFunction[] {
    const known = this.#onLine.get(line) ?? this.#findOnLine(line)
    this.#onLine.set(line, known)
    return known
  }

  #findOnLine(line: number): SourceFunction[] {
    const start = this.#lineStarts[line - 1]
    if (start === undefined) return []
    const end = this.#lineStarts[line] ?? this.text.length
    const stretches = this.#ownedStretches()
    const found = new Set<SourceFunction>()
    for (let i = Math.max(0, lastAt(stretches, start, startOfStretch)); i < stretches.length; i++) {
      const { start: from, owner } = stretches[i]!
      if (from >= end) break
      if (owner === undefined || found.has(owner)) continue
      const to = Math.min(end, stretches[i + 1]?.start ?? end)
      if (this.#hasInk(Math.max(start, from), to)) found.add(owner)
    }
    return [...found]
  }

  #hasInk(start: number, end: number): boolean {
    for (let offset = start; offset < end; offset++) if (this.text.charCodeAt(offset) > 32) return true
    return false
  }

  #ownedStretches(): readonly OwnedStretch[] {
    this.#stretches ??= ownStretches(this.functions)
    return this.#stretches
  }

  /** The line of an offset, from 1. */
  lineOf(offset: number): number {
    return lastAt(this.#lineStarts, offset, (start) => start) + 1
  }

  #locate(name: string, ranges: readonly CountedRange[]): SourceFunction {
    const [{ startOffset, endOffset, count }, ...blocks] = ranges as [CountedRange, ...CountedRange[]]
    const startLine = this.lineOf(startOffset)
    return {
      name,
      url: this.url,
      startOffset,
      endOffset,
      startLine,
      endLine: this.lineOf(Math.max(startOffset, endOffset - 1)),
      startColumn: startOffset - this.#lineStarts[startLine - 1]! + 1,
      isTopLevel: startOffset === 0 && endOffset >= this.text.length - WRAPPER_SLACK && name === '',
      calls: count,
      blocks,
    }
  }
}

/** How often the code at an offset of a function ran in the counted stretch. */
export function executionsAt({ calls, blocks }: SourceFunction, offset: number): number {
  const inside = blocks.filter(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset)
  return inside.at(-1)?.count ?? calls
}

/** A last line break may or may not be part of a module; what Node puts behind it always is. */
const WRAPPER_SLACK = 2

/** A stretch of a text, until the next one, and the innermost function in which it is. */
interface OwnedStretch {
  readonly start: number
  readonly owner: SourceFunction | undefined
}

const startOfStretch = ({ start }: OwnedStretch) => start

/** A bundle has thousands of functions on one line, and is asked for each of its frames. */
function ownStretches(functions: readonly SourceFunction[]): OwnedStretch[] {
  const starts = [...functions].sort((a, b) => a.startOffset - b.startOffset)
  const places = new Set(functions.flatMap(({ startOffset, endOffset }) => [startOffset, endOffset]))
  let open: SourceFunction[] = []
  let next = 0
  return [...places]
    .sort((a, b) => a - b)
    .map((start) => {
      open = open.filter(({ endOffset }) => endOffset > start)
      while (starts[next]?.startOffset === start) open.push(starts[next++]!)
      return { start, owner: innermost(open) }
    })
}

/** The last of an ascending list that is not above a value; -1 where all are. */
function lastAt<T>(list: readonly T[], value: number, of: (item: T) => number): number {
  let low = -1
  let high = list.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (of(list[middle]!) <= value) low = middle
    else high = middle - 1
  }
  return low
}

function innermost(functions: readonly SourceFunction[]): SourceFunction | undefined {
  return functions.reduce<SourceFunction | undefined>(
    (best, next) =>
      best === undefined || next.endOffset - next.startOffset <= best.endOffset - best.startOffset
        ? next
        : best,
    undefined,
  )
}

function findLineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
