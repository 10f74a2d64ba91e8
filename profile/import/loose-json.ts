// JSON as some tools write it: with line breaks and lone backslashes in its strings.

/** The value of a JSON text, also where its strings have line breaks or lone backslashes in them; undefined where it has none. */
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    const mended = text.replace(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"/g, mendString)
    try {
      return JSON.parse(mended) as unknown
    } catch {
      return undefined
    }
  }
}

function mendString(quoted: string): string {
  return quoted
    .replace(/\\(?!["\\/bfnrt]|u[\da-fA-F]{4})(.?)/g, (_, next: string) => `\\\\${next}`)
    .replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
