/** A text with blanks in the place of types. @throws SyntaxError where types do not erase */
export function stripTypes(source: string, filename: string): string
