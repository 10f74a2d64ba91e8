// Tells on stderr what processes are started and what is said to them, where DEBUG asks for it.
import { inspect } from 'node:util'

/** What can be asked for, as in `DEBUG=flamegate:process` or `DEBUG=flamegate:*`. */
export type DebugTopic = 'process' | 'protocol'

const SHORT = { depth: 2, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 4, maxStringLength: 100 }
const LONGEST = 400

/**
 * Writes lines of one topic to stderr. Undefined where nobody asked for it, so that `log?.(…)` computes nothing then.
 * @param wanted as the `debug` package has it: names with `*`, after commas or blanks
 */
export function debugLog(
  topic: DebugTopic,
  wanted = process.env.DEBUG,
): ((text: string) => void) | undefined {
  const name = `flamegate:${topic}`
  const isWanted = (wanted ?? '').split(/[\s,]+/).some((pattern) => matches(name, pattern))
  return isWanted ? (text) => process.stderr.write(`${name} ${text}\n`) : undefined
}

function matches(name: string, pattern: string): boolean {
  const end = pattern.indexOf('*')
  return end < 0 ? name === pattern : name.startsWith(pattern.slice(0, end))
}

/** A message on one line, its long parts left out. */
export function shorten(message: unknown): string {
  const text = inspect(message, SHORT)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}
