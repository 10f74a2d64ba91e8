// What two lists have in common, in order: lines of two files, tokens of two functions.
import { diffArrays } from 'diff'

/** Indices of the same item in either list. */
export type CommonItem = readonly [baseline: number, candidate: number]

/**
 * Lists whose common items would have to be put in order by more insertions and deletions than this are compared from both
 * ends only: the time grows with the square, and is some 30 ms here.
 */
const MOST_EDITS = 500

/**
 * A longest common subsequence, ascending in either list: equal ends, and a shortest edit between them.
 * Source: Myers 1986, An O(ND) Difference Algorithm and Its Variations, as jsdiff has it.
 */
export function findCommonItems(baseline: readonly string[], candidate: readonly string[]): CommonItem[] {
  const shorter = Math.min(baseline.length, candidate.length)
  let start = 0
  while (start < shorter && baseline[start] === candidate[start]) start++
  let end = 0
  while (end < shorter - start && baseline.at(-1 - end) === candidate.at(-1 - end)) end++
  const [endX, endY] = [baseline.length - end, candidate.length - end]
  return [
    ...Array.from({ length: start }, (_, i) => [i, i] as const),
    ...findCommonBetween(baseline.slice(start, endX), candidate.slice(start, endY)).map(
      ([x, y]) => [start + x, start + y] as const,
    ),
    ...Array.from({ length: end }, (_, i) => [endX + i, endY + i] as const),
  ]
}

function findCommonBetween(baseline: readonly string[], candidate: readonly string[]): CommonItem[] {
  // What only one list has is in no common subsequence, and most of what tells two versions apart is of that kind.
  const [left, right] = [indicesOfKnown(baseline, candidate), indicesOfKnown(candidate, baseline)]
  const changes = diffArrays(
    left.map((i) => baseline[i]!),
    right.map((i) => candidate[i]!),
    { maxEditLength: MOST_EDITS },
  )
  const common: CommonItem[] = []
  let [x, y] = [0, 0]
  for (const { added, removed, count } of changes ?? []) {
    if (added) y += count
    else if (removed) x += count
    else for (let i = 0; i < count; i++) common.push([left[x++]!, right[y++]!])
  }
  return common
}

/** Where a list has items that the other one has, too. */
function indicesOfKnown(items: readonly string[], others: readonly string[]): number[] {
  const known = new Set(others)
  return items.flatMap((item, i) => (known.has(item) ? [i] : []))
}
