import type { Token } from './tokens.ts'

/** Tokens beyond this are compared from both ends only. */
const MOST_TOKENS = 2_000

/** Indices of tokens of the second list that a longest common subsequence with the first one keeps. Source: Wagner and Fischer 1974. */
export function commonTokens(before: readonly Token[], after: readonly Token[]): ReadonlySet<number> {
  const kept = new Set<number>()
  let start = 0
  while (start < before.length && start < after.length && before[start]!.text === after[start]!.text) {
    kept.add(start++)
  }
  let end = 0
  const room = Math.min(before.length, after.length) - start
  while (end < room && before.at(-1 - end)!.text === after.at(-1 - end)!.text) {
    kept.add(after.length - 1 - end++)
  }
  const [left, right] = [before.slice(start, before.length - end), after.slice(start, after.length - end)]
  if (left.length > MOST_TOKENS || right.length > MOST_TOKENS) return kept
  const width = right.length + 1
  const lengths = new Uint16Array((left.length + 1) * width)
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        left[i]!.text === right[j]!.text
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
    }
  }
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i]!.text === right[j]!.text) {
      kept.add(start + j)
      i += 1
      j += 1
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i += 1
    else j += 1
  }
  return kept
}
