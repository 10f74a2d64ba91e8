/**
 * Text that is put around a stretch of a source text: `before` at its start, `after` behind its end. Offsets in UTF-16
 * units of the text as it was; the stretch is not empty.
 */
export interface Edit {
  readonly start: number
  readonly before: string
  readonly end: number
  readonly after: string
}

/** A text with all edits made, in any order. Where edits meet, one that holds another stays around it. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const insertions = [
    ...edits.map((edit) => ({ at: edit.start, text: edit.before, isOpening: true, edit })),
    ...edits.map((edit) => ({ at: edit.end, text: edit.after, isOpening: false, edit })),
  ].sort((a, b) => {
    if (a.at !== b.at) return a.at - b.at
    if (a.isOpening !== b.isOpening) return a.isOpening ? 1 : -1
    // Outer edits open first and close last.
    return a.isOpening ? b.edit.end - a.edit.end : b.edit.start - a.edit.start
  })
  let result = ''
  let done = 0
  for (const { at, text: inserted } of insertions) {
    result += text.slice(done, at) + inserted
    done = at
  }
  return result + text.slice(done)
}
