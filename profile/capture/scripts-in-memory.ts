// What a loader made of files in this process: their texts and maps are on no disk.
import type { Session } from 'node:inspector/promises'
import type { ScriptInMemory } from '../source/source-map.ts'

/** A script of a file whose map came with it. */
export interface LoadedScript extends ScriptInMemory {
  readonly url: string
}

/** Those that were loaded so far and have their map inside. */
export async function findScriptsInMemory(session: Session): Promise<LoadedScript[]> {
  const parsed: {
    readonly scriptId: string
    readonly url: string
    readonly sourceMapURL?: string | undefined
  }[] = []
  session.on('Debugger.scriptParsed', ({ params }) => parsed.push(params))
  await session.post('Debugger.enable')
  const found: LoadedScript[] = []
  for (const { scriptId, url, sourceMapURL = '' } of parsed) {
    if (!url.startsWith('file:') || !sourceMapURL.startsWith('data:')) continue
    const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId })
    found.push({ url, sourceMapURL, text: scriptSource })
  }
  await session.post('Debugger.disable')
  return found
}
