// GitHub-flavoured Markdown: tables, and text and code inside it that mean nothing but themselves.
import { markdownTable } from 'markdown-table'

/**
 * A table without a line break at its end. Cells are Markdown; a `|` or a line break in one does not end it.
 * @param textColumns so many columns are text and stand left; numbers stand right
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns = 1,
): string {
  return markdownTable(
    [head, ...rows].map((cells) => cells.map(escapeCell)),
    { align: head.map((_, i) => (i < textColumns ? null : 'right')), alignDelimiters: false },
  )
}

/** What scenarios and errors say is text, not Markdown. */
export function escapeMarkdown(text: string): string {
  // A package's scope is nobody whom a comment shall call.
  return visible(text)
    .replace(/[\\`*_[\]<>|#~&]/g, '\\$&')
    .replaceAll('@', '@\u200b')
}

/** The same inside HTML, as in the title of what is collapsed. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A name as code. */
export function renderCode(text: string): string {
  return `\`${visible(text).replaceAll('`', "'")}\``
}

/** Nobody reads more of one text. */
const LONGEST = 600

/** On one line, not endless, and without what turns or hides other text; an empty name is a blank. */
function visible(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  const shown = short.replace(/\p{Cf}/gu, '\ufffd').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  return shown === '' ? ' ' : shown
}

/** Inside code, too, a table's `|` is escaped, and shown without the backslash. */
function escapeCell(cell: string): string {
  return oneLine(cell.replace(/(?<!\\)\|/g, '\\|'))
}

function oneLine(text: string): string {
  return text.replace(/\r?\n/g, ' ')
}
