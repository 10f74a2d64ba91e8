// The TypeScript that measured processes of ours ran in another text than what is on the disk.
import { readFileSync } from 'node:fs'
import { pathOfUrl } from '../model/file-url.ts'
import type { ScriptInMemory } from './source-map.ts'
import { transformTypes } from './transform-types.mjs'

class TransformedScripts extends Map<string, ScriptInMemory | undefined> {
  override get(url: string): ScriptInMemory | undefined {
    if (!this.has(url)) this.set(url, readTransformed(url))
    return super.get(url)
  }
}

class TransformedTexts extends Map<string, string> {
  override get(url: string): string | undefined {
    return transformedScripts.get(url)?.text
  }
}

/** Scripts with their maps, by URL; looked for when they are asked for. */
export const transformedScripts = new TransformedScripts() as ReadonlyMap<string, ScriptInMemory>
/** Their texts alone. */
export const transformedTexts: ReadonlyMap<string, string> = new TransformedTexts()

function readTransformed(url: string): ScriptInMemory | undefined {
  const path = pathOfUrl(url)
  if (path === undefined || !/\.[mc]?ts$/.test(path)) return undefined
  try {
    const text = transformTypes(readFileSync(path, 'utf8'), path)
    const sourceMapURL = text === undefined ? undefined : /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1]
    return text === undefined || sourceMapURL === undefined ? undefined : { text, sourceMapURL }
  } catch {
    return undefined
  }
}
