// Names of code and files as they can be shown in a line: nothing in them moves the cursor, turns the direction of writing or hides.
import { shownName, shownPath, toVisible } from '../../../profile/model/text.ts'

/** What a report calls functions and files by. */
const NAMES: ReadonlySet<string> = new Set(['functionName', 'name'])
const PATHS: ReadonlySet<string> = new Set(['file', 'url', 'place'])

/**
 * A report, or a part of one, whose names are visible and no longer than a line takes. Other texts keep their line breaks, which
 * formats treat in ways of their own. The report itself, in JSON and on the page, has names as they are.
 */
export function withVisibleNames<T>(report: T): T {
  return visit('', report) as T
}

function visit(key: string, value: unknown): unknown {
  if (typeof value === 'string') return visitText(key, value)
  if (Array.isArray(value)) return value.map((item) => visit(key, item))
  if (typeof value !== 'object' || value === null) return value
  // Own members only, also one called `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, visit(name, member)]))
}

function visitText(key: string, text: string): string {
  if (NAMES.has(key)) return shownName(text)
  if (PATHS.has(key)) return shownPath(text)
  return text.replace(/[^\r\n\t]+/g, toVisible)
}
