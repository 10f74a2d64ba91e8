// Parts of a Markdown file that has a size: what does not fit is left out, and said to be.
import { renderTable } from '../parts/markdown-table.ts'

/** A part of the file, made for so many bytes; empty where it has nothing to say, or no room to say it. */
export type Section = (bytes: number) => string

/** Less room than this is none. */
const LEAST_ROOM = 600

/** One part after the other while there is room; `head` is always whole. */
export function composeSections(head: string, sections: readonly Section[], bytes: number): string {
  let text = head
  for (const section of sections) {
    const room = bytes - sizeOf(text)
    if (room < LEAST_ROOM) break
    const part = section(room)
    if (sizeOf(part) <= room) text += part
  }
  return text
}

/** A table of a part, as it is to be cut where it is too long. */
export interface CutTable {
  readonly head: readonly string[]
  /** What matters first. */
  readonly rows: readonly (readonly string[])[]
  readonly textColumns: number
}

/**
 * A collapsed table, with the rows that there is room for.
 * @param most bytes that it takes at most, so that others have some, too
 */
export function tableSection(title: string, table: CutTable, most: number, intro = ''): Section {
  return (bytes) => {
    const { head, rows, textColumns } = table
    if (rows.length === 0) return ''
    const room = Math.min(bytes, most) - sizeOf(title) - sizeOf(intro) - 200
    const shown = rows.slice(0, countFitting(rows, room - 3 * sizeOf(head.join(' | '))))
    if (shown.length === 0) return ''
    const left = rows.length - shown.length
    const more = left === 0 ? '' : `\n\n${describeLeft(left)}`
    return details(title, `${intro}${renderTable(head, shown, textColumns)}${more}`)
  }
}

function countFitting(rows: readonly (readonly string[])[], room: number): number {
  let size = 0
  const end = rows.findIndex((cells) => {
    size += sizeOf(cells.join(' | ')) + 8
    return size > room
  })
  return end < 0 ? rows.length : end
}

/** Collapsed pieces of their own, those that there is room for. */
export function blockSection(title: string, blocks: readonly string[], most: number): Section {
  return (bytes) => {
    const room = Math.min(bytes, most) - sizeOf(title) - 150
    const shown = blocks.slice(
      0,
      countFitting(
        blocks.map((block) => [block]),
        room,
      ),
    )
    if (shown.length === 0) return ''
    const left = blocks.length - shown.length
    return details(title, [...shown, ...(left === 0 ? [] : [describeLeft(left)])].join('\n\n'))
  }
}

function describeLeft(count: number): string {
  return `… and ${count} more: report.html and report.json have all.`
}

/** A collapsed list; nothing for no lines. */
export function listSection(title: string, lines: readonly string[], most: number): Section {
  return (bytes) => {
    if (lines.length === 0) return ''
    const room = Math.min(bytes, most) - sizeOf(title) - 150
    const shown = lines.slice(
      0,
      countFitting(
        lines.map((line) => [line]),
        room,
      ),
    )
    const left = lines.length - shown.length
    const more = left === 0 ? [] : [describeLeft(left)]
    return details(title, [...shown, ...more].map((line) => `- ${line}`).join('\n'))
  }
}

/** @param title HTML */
export function details(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>\n\n`
}

/** In UTF-8, as GitHub counts. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(text)
}
