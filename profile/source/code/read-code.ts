// Decides how the code of a file is read: parsed, or guessed at where it does not parse, nests too deep to be walked, or V8 has
// other functions in it.
import { extname } from 'node:path'
import type { SourceFile } from '../source-functions.ts'
import type { FileCode } from './file-code.ts'
import { GuessedCode } from './guessed-code.ts'
import { ParsedCode } from './parsed-code.ts'
import { readSyntax, type Syntax, SyntaxFault } from './syntax.ts'

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
  return orUndefined(() => {
    const syntax = syntaxOf(file)
    return syntax && new ParsedCode(file, syntax)
  })
}

/** Undefined where a file does not parse. */
const known = new WeakMap<SourceFile, Syntax | undefined>()

function syntaxOf(file: SourceFile): Syntax | undefined {
  if (!known.has(file)) {
    const syntax = alike(file) ?? orUndefined(() => readSyntax(file.text, file.url))
    known.set(file, syntax)
    if (syntax !== undefined)
      byText.set(file.text, { language: extname(file.url), syntax: new WeakRef(syntax) })
  }
  return known.get(file)
}

/** The last syntax of a text: scenarios of one program run the same files, and versions have most of them in common. */
const byText = new Map<string, { readonly language: string; readonly syntax: WeakRef<Syntax> }>()

/** That of an equal text that was read before, as long as anybody has it. */
function alike({ text, url }: SourceFile): Syntax | undefined {
  const last = byText.get(text)
  return last?.language === extname(url) ? last.syntax.deref() : undefined
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}
