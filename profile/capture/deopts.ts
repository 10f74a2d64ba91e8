// V8's own log of code that it threw away.
import { pathToFileURL } from 'node:url'
import { isOwnCode } from '../model/category.ts'
import type { TimeWindow } from '../model/self-time.ts'
import type { ShiftedFile } from './line-shift/index.ts'

/** A moment at which V8 threw optimised code away. */
export interface Deopt {
  /** On the clock of `process.hrtime`, microseconds. */
  readonly timeUs: number
  readonly url: string
  /** From 1, as is the column. Of the function that is to blame, also where it was inlined into another. */
  readonly line: number
  readonly column: number
  /** In V8's words: `wrong map`. */
  readonly reason: string
}

/** Flags that make Node write its deoptimisations to a file. A `%` in its name would be a pattern of V8's. */
export function deoptLogFlags(file: string): string[] {
  return ['--log-deopt', `--logfile=${file.replaceAll('%', '%%')}`, '--no-logfile-per-isolate']
}

/**
 * `code-deopt,<µs>,<size>,<address>,<inlining>,<offset>,<kind>,<place>,<reason>` in Node 20 to 26; the place is
 * `<file:line:column>`, and further ones after it where the code was inlined. What looks otherwise is left out.
 */
const LINE =
  /^code-deopt,(\d+),\d+,0x[0-9a-f]+,-?\d+,-?\d+,[\w-]+,<(.+?):(\d+):(\d+)>(?:[^>\n]*<.*>)?,([^,\n]*)$/gm

/** @param startUs when V8 started in that process, on the clock of `process.hrtime` */
export function parseDeopts(log: string, startUs: number): Deopt[] {
  return [...log.matchAll(LINE)].map(([, us, place, line, column, reason]) => ({
    timeUs: startUs + Number(us),
    url: toUrl(place!),
    line: Number(line),
    column: Number(column),
    reason: reason!,
  }))
}

/** CommonJS modules are named by their paths, ES modules by their URLs. */
function toUrl(place: string): string {
  return /^\w[\w+.-]+:/.test(place) ? place : pathToFileURL(place).href
}

/** Those that happened to anybody's code but ours while ops were measured, on the author's lines. */
export function deoptsOfOps(
  deopts: readonly Deopt[],
  windows: readonly TimeWindow[],
  shifted: readonly ShiftedFile[],
): Deopt[] {
  const offsets = new Map(shifted.map(({ url, offset }) => [url, offset]))
  return deopts
    .filter(({ url }) => !isOwnCode(url))
    .filter(({ timeUs }) => windows.some(({ startUs, endUs }) => startUs <= timeUs && timeUs < endUs))
    .map((deopt) => ({ ...deopt, line: deopt.line - (offsets.get(deopt.url) ?? 0) }))
}
