// Facts for programs that read text: one a line.
import { toVisible } from '../../../profile/model/text.ts'
import { onOneLine } from './words.ts'

/** `key: value`. */
export type Fact = readonly [key: string, value: string]

/** Nothing in a value begins another line. */
export function renderFacts(facts: readonly Fact[]): string {
  return facts.map(([key, value]) => `${key}: ${toVisible(onOneLine(value))}\n`).join('')
}
