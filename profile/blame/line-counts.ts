// How often the lines of a file ran.
import { readCode } from '../source/code/read-code.ts'
import { executionsAt, type SourceFile } from '../source/source-functions.ts'

/** How often each line of a file ran per op, `[line from 1, executions]`: as often as the first code on it. Lines that never ran are left out. */
export function countsByLine(file: SourceFile, countedOps: number): (readonly [number, number])[] {
  const counts = new Map<number, { readonly offset: number; readonly times: number }>()
  const code = readCode(file)
  for (const fn of file.functions) {
    if (fn.isTopLevel || fn.calls === 0) continue
    for (const { offset } of code.tokensOf(fn)) {
      const line = file.lineOf(offset)
      const known = counts.get(line)
      if (known !== undefined && known.offset < offset) continue
      counts.set(line, { offset, times: executionsAt(fn, offset) / countedOps })
    }
  }
  return [...counts].filter(([, { times }]) => times > 0).map(([line, { times }]) => [line, times])
}
