// Rows of text in columns, two spaces apart, for a console in one font.
const GAP = '  '

/** Text stands left, numbers right; `isText` says of which columns, by index. A row may end early. */
export function columnLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  isText: (column: number) => boolean,
): string[] {
  const lines = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  const align = (cell: string, column: number) =>
    isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
  return lines.map((cells) => cells.map(align).join(GAP).trimEnd())
}
