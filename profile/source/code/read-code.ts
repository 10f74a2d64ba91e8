// Decides how the code of a file is read: parsed, or guessed at where it does not parse, nests too deep to be walked, or V8 has
// other functions in it.
import type { SourceFile } from '../source-functions.ts'
import type { FileCode } from './file-code.ts'
import { GuessedCode } from './guessed-code.ts'
import { ParsedCode } from './parsed-code.ts'
import { readSyntax, SyntaxFault } from './syntax.ts'

/** The code of a file, read when it is first asked for. */
export function readCode(file: SourceFile): FileCode {
  return readVersions([file])[0]!
}

/** The code of versions of one file, all read in the same way, so that they differ by what they say only. */
export function readVersions(files: readonly SourceFile[]): FileCode[] {
  const parsed = files.map(parsedOf)
  const fitting = parsed.flatMap((code) => (code?.hasAllFunctions ? [code] : []))
  return fitting.length === files.length ? fitting : files.map((file) => new GuessedCode(file))
}

/** Undefined where a file does not parse, or is too deep to be walked. */
function parsedOf(file: SourceFile): ParsedCode | undefined {
  try {
    return new ParsedCode(file, readSyntax(file.text, file.url))
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}
