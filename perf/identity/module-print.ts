// The print of one module: hashes that stay the same where comments, layout and types change, and nothing else.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { RanFunction } from '../../profile/capture/observer.ts'
import { readScopes } from '../../profile/source/code/scope-text.ts'
import { SyntaxFault } from '../../profile/source/code/syntax.ts'
import { moduleTypeOf } from '../../profile/source/packages.ts'
import { textThatRuns } from '../../profile/source/transform-types.mjs'
import { hashText } from './content-hash.ts'

/** A module that a scenario loaded. */
export interface ModulePrint {
  /** From the folder of its version, with slashes; null where it is elsewhere. Of no account for what is the same. */
  readonly path: string | null
  /** Of all of it. */
  readonly whole: string
  /** Of what runs when it is loaded; null where nothing is known of its parts. */
  readonly top: string | null
  /** Those of its functions that ran, in order of place, under V8's names. */
  readonly functions: readonly FunctionPrint[]
}

export interface FunctionPrint {
  readonly name: string
  readonly hash: string
}

/** A module's hashes, whichever of its functions ran. */
export interface ModuleHashes {
  readonly whole: string
  readonly top: string | null
  /** By where functions begin and end. */
  readonly functions: ReadonlyMap<string, string>
}

/** Reads modules, each file once. */
export class ModulePrints {
  readonly #known = new Map<string, Promise<ModuleHashes>>()

  /**
   * @param ran its functions that ran, its top level among them
   * @param loaded its text, where a loader compiled it
   */
  async read(url: string, ran: readonly RanFunction[], loaded?: string): Promise<Omit<ModulePrint, 'path'>> {
    const key = loaded === undefined ? url : `${url}\0${loaded}`
    const known = this.#known.get(key) ?? readHashes(url, loaded)
    this.#known.set(key, known)
    const { whole, top, functions } = await known
    const parts = [...new Map(ran.map((fn) => [placeOf(fn), fn])).values()]
      .filter((fn) => functions.has(placeOf(fn)) || !(isTopLevel(fn) || isInitialiser(fn)))
      .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset)
      .map((fn) => ({ name: fn.name, hash: functions.get(placeOf(fn)) }))
    // A function that was not found where V8 has it: nothing is sure of this file but that it is the same as a whole.
    const isRead = top !== null && parts.every(({ hash }) => hash !== undefined)
    return isRead ? { whole, top, functions: parts as FunctionPrint[] } : { whole, top: null, functions: [] }
  }
}

async function readHashes(url: string, loaded: string | undefined): Promise<ModuleHashes> {
  // What a loader made of TypeScript is JavaScript: nothing in it is a type.
  if (loaded !== undefined) return hashModule(loaded, `${url}.js`, moduleTypeOf(url))
  const path = fileURLToPath(url)
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return { whole: 'absent', top: null, functions: new Map() }
  return hashModule(textThatRuns(text, path), url, moduleTypeOf(url))
}

/**
 * @param file a path or URL, which tells the language by its suffix
 * @param type how Node takes a `.js` file there
 */
export function hashModule(text: string, file: string, type: string): ModuleHashes {
  try {
    const { top, functions } = readScopes(text, file)
    const whole = [type, top, ...functions].map((scope) => (typeof scope === 'string' ? scope : scope.text))
    return {
      whole: hashText(JSON.stringify(whole)),
      top: hashText(`${type}\0${top.text}`),
      functions: new Map(functions.map((scope) => [placeOf(scope), hashText(scope.text)])),
    }
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return { whole: hashText(text.replaceAll('\r\n', '\n').trimEnd()), top: null, functions: new Map() }
  }
}

function placeOf({ startOffset, endOffset }: Pick<RanFunction, 'startOffset' | 'endOffset'>): string {
  return `${startOffset}-${endOffset}`
}

function isTopLevel({ name, startOffset }: RanFunction): boolean {
  return startOffset === 0 && name === ''
}

/** What a class does with its fields is code of the scope that the class is in. */
function isInitialiser({ name }: RanFunction): boolean {
  return name === '<instance_members_initializer>' || name === '<static_initializer>'
}
