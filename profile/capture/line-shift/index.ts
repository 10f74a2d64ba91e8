// Giving every file lines of its own, so that a tick's line says which file it is in.
import Module, * as moduleApi from 'node:module'
import { pathToFileURL } from 'node:url'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { addModuleHooks } from '../../process/module-hooks.mjs'
import { FIRST_LINE, shiftSource } from './shift.mjs'

export { FIRST_LINE }

/** Where the lines of one file went: `line` of the file is `line + offset` of the process. */
export interface ShiftedFile {
  readonly url: string
  readonly offset: number
  readonly lines: number
}

type Compile = (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown
type LoadResult = { format?: string | null; source?: string | ArrayBuffer | NodeJS.TypedArray | null }
type SyncHooks = {
  load(url: string, context: unknown, nextLoad: (url: string, context: unknown) => LoadResult): LoadResult
}

/**
 * From now on every ES or CommonJS module that this process loads has lines of its own. Only for processes that are
 * profiled. Resolves with a function that tells the files shifted so far.
 */
export async function startLineShift(): Promise<() => ShiftedFile[]> {
  const files: ShiftedFile[] = []
  const counter = new SharedArrayBuffer(4)
  const lines = new Int32Array(counter)
  const shift = (url: string, source: string): string => {
    const shifted = shiftSource(source, lines)
    if (shifted === undefined) return source
    files.push({ url, offset: shifted.offset, lines: shifted.lines })
    return shifted.source
  }
  shiftCommonJs(shift)
  const drain = await shiftEsModules(shift, counter)
  return () => [...files, ...drain()]
}

function shiftCommonJs(shift: (url: string, source: string) => string): void {
  const prototype = (Module as unknown as { prototype: { _compile: Compile } }).prototype
  const compile = prototype._compile
  prototype._compile = function (content, filename, ...rest) {
    return compile.call(this, shift(pathToFileURL(filename).href, content), filename, ...rest)
  }
}

async function shiftEsModules(
  shift: (url: string, source: string) => string,
  counter: SharedArrayBuffer,
): Promise<() => ShiftedFile[]> {
  const { registerHooks } = moduleApi as unknown as { registerHooks?: (hooks: SyncHooks) => void }
  if (registerHooks !== undefined) {
    registerHooks({
      load(url, context, nextLoad) {
        const loaded = nextLoad(url, context)
        if (!loaded.format?.startsWith('module') || !url.startsWith('file:') || loaded.source == null)
          return loaded
        return { ...loaded, source: shift(url, textOf(loaded.source)) }
      },
    })
    return () => []
  }
  const { port1, port2 } = new MessageChannel()
  port1.unref()
  const data = { counter, port: port2 }
  await addModuleHooks(new URL('./hooks.mjs', import.meta.url).href, { data, transferList: [port2] })
  const files: ShiftedFile[] = []
  return () => {
    for (let got = receiveMessageOnPort(port1); got; got = receiveMessageOnPort(port1))
      files.push(got.message)
    return files
  }
}

function textOf(source: NonNullable<LoadResult['source']>): string {
  return typeof source === 'string' ? source : Buffer.from(source as ArrayBuffer).toString('utf8')
}
