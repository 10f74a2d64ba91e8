// Puts empty lines before a source, so that no two files of a process share a line number. V8's profiler tells the line
// of an inlined function but not its file: with this, the line alone names the file. Columns, offsets inside the file
// and the code stay what they are. Plain JavaScript: it also runs in Node's hooks thread.

/** Lines below this one are Node's own files, which are not shifted. */
export const FIRST_LINE = 12_000
/** A program with more lines than this keeps those of its last files: the empty lines would cost too much memory. */
const MOST_LINES = 400_000

/**
 * @param {string} source
 * @param {Int32Array} counter shared by all threads: the lines given out so far
 * @returns {{ source: string, offset: number, lines: number } | undefined} the shifted source, by how many lines, and
 *   how many lines it has; undefined where there is no room left
 */
export function shiftSource(source, counter) {
  const lines = countLines(source)
  const taken = Atomics.add(counter, 0, lines)
  if (taken + lines > MOST_LINES) return undefined
  const offset = FIRST_LINE + taken
  // A hash-bang is one on the first line only.
  const text = source.startsWith('#!') ? `//${source.slice(2)}` : source
  return { source: '\n'.repeat(offset) + text, offset, lines }
}

/** @param {string} source */
function countLines(source) {
  let lines = 1
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lines++
  return lines
}
