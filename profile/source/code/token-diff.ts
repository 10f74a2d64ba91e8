// What two lists of tokens have in common.
import { findCommonItems } from '../common-items.ts'
import type { Token } from './tokens.ts'

/** Indices of tokens of the second list that a longest common subsequence with the first one keeps. */
export function commonTokens(before: readonly Token[], after: readonly Token[]): ReadonlySet<number> {
  const textOf = ({ text }: Token) => text
  return new Set(findCommonItems(before.map(textOf), after.map(textOf)).map(([, index]) => index))
}
