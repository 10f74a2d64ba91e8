/** A row of two texts side by side: lines from 1, null where one of them has nothing to set against the other's. */
export interface LinePair {
  readonly baseline: number | null
  readonly candidate: number | null
  /** Whether both lines are there and read the same. */
  readonly isSame: boolean
}

/** Two lines that shall stand in one row, counted from 1. */
export interface Anchor {
  readonly baseline: number
  readonly candidate: number
}

/** Texts that differ in more lines than this are not compared any further: reading them side by side is no help either. */
const MOST_EDITS = 2000

/** Two texts, line by line, with equal lines in one row; every line is in one row, and rows keep the order of both. */
export function pairLines(
  baseline: readonly string[],
  candidate: readonly string[],
  anchor: Anchor = { baseline: 1, candidate: 1 },
): LinePair[] {
  const [above, below] = [
    { baseline: baseline.slice(0, anchor.baseline - 1), candidate: candidate.slice(0, anchor.candidate - 1) },
    { baseline: baseline.slice(anchor.baseline - 1), candidate: candidate.slice(anchor.candidate - 1) },
  ]
  return [
    ...pairFrom(above.baseline, above.candidate, 0, 0),
    ...pairFrom(below.baseline, below.candidate, above.baseline.length, above.candidate.length),
  ]
}

/** Rows of two stretches that begin after so many lines. */
function pairFrom(
  baseline: readonly string[],
  candidate: readonly string[],
  skippedBaseline: number,
  skippedCandidate: number,
): LinePair[] {
  const rows: LinePair[] = []
  let [x, y] = [0, 0]
  for (const [sameX, sameY] of [
    ...findCommon(baseline, candidate),
    [baseline.length, candidate.length] as const,
  ]) {
    // What differs between two equal lines stands side by side from the top.
    for (; x < sameX || y < sameY; ) {
      const line = { baseline: x < sameX ? ++x : null, candidate: y < sameY ? ++y : null }
      rows.push(toPair(line.baseline, line.candidate, false))
    }
    if (x < baseline.length && y < candidate.length) rows.push(toPair(++x, ++y, true))
  }
  return rows

  function toPair(left: number | null, right: number | null, isSame: boolean): LinePair {
    return {
      baseline: left === null ? null : left + skippedBaseline,
      candidate: right === null ? null : right + skippedCandidate,
      isSame,
    }
  }
}

/** Indices of lines that are equal in both, ascending in either: equal ends, and Myers' shortest edit between them. */
function findCommon(
  baseline: readonly string[],
  candidate: readonly string[],
): (readonly [number, number])[] {
  const shorter = Math.min(baseline.length, candidate.length)
  let start = 0
  while (start < shorter && baseline[start] === candidate[start]) start++
  let end = 0
  while (end < shorter - start && baseline.at(-1 - end) === candidate.at(-1 - end)) end++
  const middle = shortestEdit(
    baseline.slice(start, baseline.length - end),
    candidate.slice(start, candidate.length - end),
  )
  return [
    ...Array.from({ length: start }, (_, i) => [i, i] as const),
    ...middle.map(([x, y]) => [x + start, y + start] as const),
    ...Array.from(
      { length: end },
      (_, i) => [baseline.length - end + i, candidate.length - end + i] as const,
    ),
  ]
}

/**
 * Equal lines on a shortest way from one text to the other; none where it is longer than {@link MOST_EDITS}.
 * Source: Myers 1986, An O(ND) Difference Algorithm and Its Variations, the greedy algorithm of section 4.
 */
function shortestEdit(
  baseline: readonly string[],
  candidate: readonly string[],
): (readonly [number, number])[] {
  const most = Math.min(baseline.length + candidate.length, MOST_EDITS)
  const middle = most + 1
  /** By diagonal x − y: the furthest x that so many edits reach. */
  const furthest = new Int32Array(2 * middle + 1)
  const history: Int32Array[] = []
  for (let edits = 0; edits <= most; edits++) {
    history.push(furthest.slice(middle - edits - 1, middle + edits + 2))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const [fromAbove, fromLeft] = [furthest[middle + diagonal + 1]!, furthest[middle + diagonal - 1]! + 1]
      let x = diagonal === -edits || (diagonal !== edits && fromLeft <= fromAbove) ? fromAbove : fromLeft
      while (
        x < baseline.length &&
        x - diagonal < candidate.length &&
        baseline[x] === candidate[x - diagonal]
      )
        x++
      furthest[middle + diagonal] = x
      if (x >= baseline.length && x - diagonal >= candidate.length)
        return walkBack(history, baseline.length, candidate.length)
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
