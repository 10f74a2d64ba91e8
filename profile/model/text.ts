// Text from elsewhere, made fit for one line of a terminal.

/**
 * Whatever moves the cursor, turns the direction of writing, takes no room, or is half a character: controls (but not the
 * blank), separators of lines, formats, and lone surrogates.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\x1b' }

/** What cannot be seen, as the escape that a program would be given for it: `\x1b`, `\u202e`. */
export function toVisible(text: string): string {
  return text.replace(INVISIBLE, (character) => SHORT[character] ?? escapeOf(character.codePointAt(0)!))
}

function escapeOf(code: number): string {
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/** A text of at most so many characters, the last of which says that there were more. */
export function cutTo(text: string, width: number): string {
  if (text.length <= width) return text
  // Whole characters: half an emoji would be something else.
  return `${[...text.slice(0, 2 * width)].slice(0, Math.max(1, width - 1)).join('')}…`
}

/** Names longer than this say nothing more on a console. */
const LONGEST_NAME = 100

/** A name for a line of a console: visible, and cut. */
export function shownName(name: string, width = LONGEST_NAME): string {
  return cutTo(toVisible(cutTo(name, width)), width)
}

/** A path for a line of a console: its end says most, so its start is cut. */
export function shownPath(path: string, width = LONGEST_NAME): string {
  const visible = toVisible(path.length > 4 * width ? path.slice(-4 * width) : path)
  return visible.length <= width ? visible : `…${[...visible.slice(-2 * width)].slice(1 - width).join('')}`
}
