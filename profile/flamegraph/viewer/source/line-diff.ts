// Which lines of two texts stand beside each other.
import { findCommonItems } from '../../../source/common-items.ts'

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
    ...findCommonItems(baseline, candidate),
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
