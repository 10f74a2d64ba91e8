/** JavaScript with a map; undefined for a text whose types can be blanked out, or that is no TypeScript. */
export function transformTypes(text: string, path: string): string | undefined
/** What runs in the place of a file's text. */
export function textThatRuns(text: string, path: string): string
