/** A row of two texts side by side: lines from 1, null where one of them has nothing to set against the other's. */
export interface LinePair {
  readonly before: number | null
  readonly after: number | null
  /** Whether both lines are there and read the same. */
  readonly isSame: boolean
}

/** Two lines that shall stand in one row, counted from 1. */
export interface Anchor {
  readonly before: number
  readonly after: number
}

/** Texts that differ in more lines than this are not compared any further: reading them side by side is no help either. */
const MOST_EDITS = 2000

/** Two texts, line by line, with equal lines in one row; every line is in one row, and rows keep the order of both. */
export function pairLines(
  before: readonly string[],
  after: readonly string[],
  anchor: Anchor = { before: 1, after: 1 },
): LinePair[] {
  const [above, below] = [
    { before: before.slice(0, anchor.before - 1), after: after.slice(0, anchor.after - 1) },
    { before: before.slice(anchor.before - 1), after: after.slice(anchor.after - 1) },
  ]
  return [
    ...pairFrom(above.before, above.after, 0, 0),
    ...pairFrom(below.before, below.after, above.before.length, above.after.length),
  ]
}

/** Rows of two stretches that begin after so many lines. */
function pairFrom(
  before: readonly string[],
  after: readonly string[],
  skippedBefore: number,
  skippedAfter: number,
): LinePair[] {
  const rows: LinePair[] = []
  let [x, y] = [0, 0]
  for (const [sameX, sameY] of [...findCommon(before, after), [before.length, after.length] as const]) {
    // What differs between two equal lines stands side by side from the top.
    for (; x < sameX || y < sameY; ) {
      const line = { before: x < sameX ? ++x : null, after: y < sameY ? ++y : null }
      rows.push(toPair(line.before, line.after, false))
    }
    if (x < before.length && y < after.length) rows.push(toPair(++x, ++y, true))
  }
  return rows

  function toPair(left: number | null, right: number | null, isSame: boolean): LinePair {
    return {
      before: left === null ? null : left + skippedBefore,
      after: right === null ? null : right + skippedAfter,
      isSame,
    }
  }
}

/** Indices of lines that are equal in both, ascending in either: equal ends, and Myers' shortest edit between them. */
function findCommon(before: readonly string[], after: readonly string[]): (readonly [number, number])[] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const middle = shortestEdit(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  )
  return [
    ...Array.from({ length: start }, (_, i) => [i, i] as const),
    ...middle.map(([x, y]) => [x + start, y + start] as const),
    ...Array.from({ length: end }, (_, i) => [before.length - end + i, after.length - end + i] as const),
  ]
}

/**
 * Equal lines on a shortest way from one text to the other; none where it is longer than {@link MOST_EDITS}.
 * Source: Myers 1986, An O(ND) Difference Algorithm and Its Variations, the greedy algorithm of section 4.
 */
function shortestEdit(before: readonly string[], after: readonly string[]): (readonly [number, number])[] {
  const most = Math.min(before.length + after.length, MOST_EDITS)
  const middle = most + 1
  /** By diagonal x − y: the furthest x that so many edits reach. */
  const furthest = new Int32Array(2 * middle + 1)
  const history: Int32Array[] = []
  for (let edits = 0; edits <= most; edits++) {
    history.push(furthest.slice(middle - edits - 1, middle + edits + 2))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const [fromAbove, fromLeft] = [furthest[middle + diagonal + 1]!, furthest[middle + diagonal - 1]! + 1]
      let x = diagonal === -edits || (diagonal !== edits && fromLeft <= fromAbove) ? fromAbove : fromLeft
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++
      furthest[middle + diagonal] = x
      if (x >= before.length && x - diagonal >= after.length)
        return walkBack(history, before.length, after.length)
    }
  }
  return []
}

/** The equal lines on the way that the history describes, from its end. */
function walkBack(history: readonly Int32Array[], endX: number, endY: number): (readonly [number, number])[] {
  const common: (readonly [number, number])[] = []
  let [x, y] = [endX, endY]
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const [furthest, middle] = [history[edits]!, edits + 1]
    const diagonal = x - y
    const [above, left] = [furthest[middle + diagonal + 1]!, furthest[middle + diagonal - 1]!]
    const isFromAbove = diagonal === -edits || (diagonal !== edits && left + 1 <= above)
    const startX = edits === 0 ? 0 : isFromAbove ? above : left + 1
    while (x > startX) common.push([--x, --y])
    if (edits === 0) break
    x = isFromAbove ? above : left
    y = x - (isFromAbove ? diagonal + 1 : diagonal - 1)
  }
  return common.reverse()
}
