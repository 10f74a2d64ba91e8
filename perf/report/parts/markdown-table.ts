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
  return oneLine(text.replace(/[\\`*_[\]<>|#]/g, '\\$&'))
}

/** A name as code. */
export function renderCode(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``
}

/** Inside code, too, a table's `|` is escaped, and shown without the backslash. */
function escapeCell(cell: string): string {
  return oneLine(cell.replace(/(?<!\\)\|/g, '\\|'))
}

function oneLine(text: string): string {
  return text.replace(/\r?\n/g, ' ')
}
