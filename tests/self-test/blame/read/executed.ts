// The functions that a scenario's ops run, with their syntax.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CountedFork } from '../../../../perf/profiling/fork.ts'
import type { Stretch } from '../../../../profile/source/code/tokens.ts'
import type { ScriptCoverage } from '../../../../profile/source/source-functions.ts'
import { nameInCopy } from '../plant/work-copy.ts'
import { type FunctionSyntax, readFunctions } from './syntax.ts'

/** A function of the measured package that a scenario's ops run, with its syntax. */
export interface ExecutedFunction extends FunctionSyntax {
  /** From the package's folder, with `/`. */
  readonly file: string
  /** As V8 has it, which is how profiles name it. */
  readonly name: string
  readonly callsPerOp: number
  /** Stretches of its text that no op came to. */
  readonly unreached: readonly Stretch[]
  /** Whether another file of those that ran calls a function of this name, and has none itself. */
  readonly isCalledFromElsewhere: boolean
}

/**
 * The functions of a copy's own files that ran while ops were counted, by file and offset. What V8 counts beside functions
 * of the source text, as class fields, is none of them.
 * @throws SyntaxFault
 */
export async function findExecuted(
  copy: string,
  { ops, observations }: CountedFork,
): Promise<ExecutedFunction[]> {
  const files = await Promise.all(
    observations.coverage.map(async (script) => {
      const file = nameInCopy(copy, fileURLToPath(script.url))
      if (file === undefined) return []
      const syntax = readFunctions(await readFile(join(copy, file), 'utf8'), file)
      return countedIn(script, syntax).map((counted) => ({
        ...counted,
        file,
        callsPerOp: counted.calls / ops.calls,
        known: new Set(syntax.map(({ name }) => name)),
      }))
    }),
  )
  const executed = files.flat()
  return executed
    .map(({ calls: _, known: __, ...found }) => ({
      ...found,
      isCalledFromElsewhere: executed.some(
        (other) =>
          other.file !== found.file &&
          !other.known.has(found.name) &&
          other.syntax.calls.some(({ name }) => name === found.name),
      ),
    }))
    .map(({ syntax, ...rest }) => ({ ...syntax, ...rest }))
    .sort((a, b) => (a.file === b.file ? a.startOffset - b.startOffset : a.file < b.file ? -1 : 1))
}

interface Counted {
  readonly syntax: FunctionSyntax
  readonly name: string
  readonly calls: number
  readonly unreached: readonly Stretch[]
}

function countedIn(script: ScriptCoverage, functions: readonly FunctionSyntax[]): Counted[] {
  return functions.flatMap((syntax) => {
    const covered = script.functions.find(
      ({ ranges }) =>
        ranges[0]?.startOffset === syntax.startOffset && ranges[0].endOffset === syntax.endOffset,
    )
    const calls = covered?.ranges[0]?.count ?? 0
    if (covered === undefined || calls === 0) return []
    return [
      {
        syntax,
        name: covered.functionName,
        calls,
        unreached: covered.ranges.filter(({ count }) => count === 0),
      },
    ]
  })
}
