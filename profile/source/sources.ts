// The source files of a program that ran.
import type { Frame } from '../model/model.ts'
import { type ScriptCoverage, SourceFile, type SourceFunction } from './source-functions.ts'
import type { ScriptInMemory } from './source-map.ts'
import { readSourceText } from './source-text.ts'

/** The source files of a program that ran, by URL, with their functions. */
export class Sources {
  /** By URL, where the program ran another text than what is on the disk. */
  readonly scripts: ReadonlyMap<string, ScriptInMemory>
  readonly #coverage: ReadonlyMap<string, ScriptCoverage>
  readonly #files = new Map<string, SourceFile | undefined>()

  /**
   * Files are read when they are first asked for; scripts that are no files are not known here.
   */
  constructor(coverage: readonly ScriptCoverage[], scripts: ReadonlyMap<string, ScriptInMemory> = new Map()) {
    this.#coverage = new Map(coverage.map((script) => [script.url, script]))
    this.scripts = scripts
  }

  /** The scripts that ran, as far as they were watched. */
  get urls(): string[] {
    return [...this.#coverage.keys()]
  }

  file(url: string): SourceFile | undefined {
    if (!this.#files.has(url)) this.#files.set(url, this.#read(url))
    return this.#files.get(url)
  }

  /** The function that a profiler's frame is about; undefined where its source is not known. */
  functionOf(frame: Frame): SourceFunction | undefined {
    const { url, line, column } = frame.compiled ?? frame
    if (line === 0) return undefined
    const file = this.file(url)
    const offset = file?.offsetOf(line, column)
    return offset === undefined ? undefined : file?.functionAt(offset)
  }

  #read(url: string): SourceFile | undefined {
    const text = this.scripts.get(url)?.text ?? readSourceText(url)
    return text === undefined
      ? undefined
      : new SourceFile(url, text, this.#coverage.get(url)?.functions ?? [])
  }
}
