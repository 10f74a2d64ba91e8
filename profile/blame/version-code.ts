// The code of two versions of a program, function by function.
import { categoryOf } from '../model/category.ts'
import type { FileCode } from '../source/code/file-code.ts'
import { readVersions } from '../source/code/read-code.ts'
import { nameInPackage } from '../source/packages.ts'
import type { SourceFile, SourceFunction } from '../source/source-functions.ts'
import type { Sources } from '../source/sources.ts'
import type { Version } from './change.ts'
import type { Both } from './side.ts'

/** A file of a program, in the versions that have it. */
export type FilePair = Both<SourceFile | undefined>

/** Files are read when one of their functions is first asked for, and in the same way in both versions. */
export class VersionCode {
  /** By their names in their packages. The measuring code is in neither version. */
  readonly files: readonly FilePair[]
  readonly #sources: Both<Sources>
  readonly #pairs: ReadonlyMap<SourceFile, FilePair>
  readonly #code = new Map<SourceFile, FileCode>()

  constructor(sources: Both<Sources>) {
    const [baseline, candidate] = [filesByName(sources.baseline), filesByName(sources.candidate)]
    const names = new Set([...baseline.keys(), ...candidate.keys()])
    this.#sources = sources
    this.files = [...names].map((name) => ({ baseline: baseline.get(name), candidate: candidate.get(name) }))
    this.#pairs = new Map(this.files.flatMap((pair) => versionsOf(pair).map((file) => [file, pair] as const)))
  }

  /** The code of the file that a function of one version is in; undefined where that is not known. */
  of(side: Version, { url }: SourceFunction): FileCode | undefined {
    const file = this.#sources[side].file(url)
    return file && this.ofFile(file)
  }

  ofFile(file: SourceFile): FileCode {
    const known = this.#code.get(file)
    if (known !== undefined) return known
    const files = versionsOf(this.#pairs.get(file) ?? { baseline: file, candidate: undefined })
    for (const [i, code] of readVersions(files).entries()) this.#code.set(files[i]!, code)
    return this.#code.get(file)!
  }
}

function versionsOf({ baseline, candidate }: FilePair): SourceFile[] {
  return [baseline, candidate].filter((file) => file !== undefined)
}

function filesByName(sources: Sources): Map<string, SourceFile> {
  const files = sources.urls
    .filter((url) => categoryOf({ functionName: '', url, line: 1, column: 1 }) !== 'harness')
    .flatMap((url) => sources.file(url) ?? [])
  return new Map(files.map((file) => [nameInPackage(file.url), file]))
}
