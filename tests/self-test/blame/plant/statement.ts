// Putting a statement into a function.

import type { FunctionSyntax } from '../read/syntax.ts'
import type { Edit } from './edits.ts'

/** Puts a statement, on one line and with its semicolon, in front of all that a function does. */
export function insertStatement({ body, endOffset }: FunctionSyntax, statement: string): Edit {
  if (body.kind === 'block') {
    const before = `${body.needsSeparator ? ';' : ''} ${statement}`
    // To the function's end, so that it stays outside of what is put around the first expression.
    return { start: body.offset, before, end: endOffset, after: '' }
  }
  return { start: body.startOffset, before: ` { ${statement} return (`, end: body.endOffset, after: ') }' }
}

/**
 * A change that any reader of the diff sees and no program feels: the function's tokens are others, its bytecode is the same.
 */
export function insertDecoy(syntax: FunctionSyntax): Edit {
  return insertStatement(syntax, 'if (false) void 0;')
}
