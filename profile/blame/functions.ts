// The functions of two versions, numbered once for both.
import { type Category, categoryOf } from '../model/category.ts'
import type { Frame } from '../model/model.ts'
import { nameInPackage } from '../source/packages.ts'
import type { SourceFunction } from '../source/source-functions.ts'
import type { Sources } from '../source/sources.ts'
import type { FunctionChange, Version } from './change.ts'
import { type FunctionMatch, matchVersions } from './match-functions.ts'
import { VersionCode } from './version-code.ts'

/** Something that costs time in one of two versions, or in both: a function, or what the engine does itself. */
export interface VersionFunction {
  readonly name: string
  readonly category: Category
  readonly change: FunctionChange
  /** Whether its own code differs between the versions. */
  readonly isTouched: boolean
  /** Undefined where the version lacks it, or its source is not known. */
  readonly baseline: SourceFunction | undefined
  readonly candidate: SourceFunction | undefined
}

/** Every function of two versions under one number, whatever it is called or wherever it is in each of them. */
export class VersionFunctions {
  readonly list: VersionFunction[] = []
  readonly code: VersionCode
  readonly #bySource = new Map<SourceFunction, number>()
  readonly #byKey = new Map<string, number>()
  readonly #sources: Readonly<Record<Version, Sources>>

  constructor(baseline: Sources, candidate: Sources) {
    this.#sources = { baseline, candidate }
    this.code = new VersionCode(this.#sources)
    for (const match of matchVersions(this.code)) this.#add(match)
  }

  /** The number of a profiler's frame of one version. */
  idOf(side: Version, frame: Frame): number {
    const source = frame.isInlined ? undefined : this.#sources[side].functionOf(frame)
    return (source && this.#bySource.get(source)) ?? this.#idOfForeign(frame)
  }

  /** The number of the function at a place of one version; undefined where no source has it. */
  idAt(
    side: Version,
    { url, line, column }: { readonly url: string; readonly line: number; readonly column: number },
  ): number | undefined {
    const source = this.#sources[side].functionOf({ functionName: '', url, line, column })
    return source && this.#bySource.get(source)
  }

  #add({ baseline, candidate, change, isTouched }: FunctionMatch): void {
    const fn = (candidate ?? baseline)!
    const { url, startLine: line, startColumn: column } = fn
    const category = categoryOf({ functionName: fn.name, url, line, column })
    const id = this.list.push({ name: nameOf(fn), category, change, isTouched, baseline, candidate }) - 1
    if (baseline !== undefined) this.#bySource.set(baseline, id)
    if (candidate !== undefined) this.#bySource.set(candidate, id)
  }

  /** The engine's own functions, and those of which no source is known: the same where they are called the same. */
  #idOfForeign(frame: Frame): number {
    const { functionName, url, line, isInlined } = frame
    const place = url.startsWith('file:') ? nameInPackage(url) : `${url}:${line}`
    const key = `${isInlined ? 'inlined ' : ''}${place} ${functionName}`
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const id =
      this.list.push({
        name: functionName || '(anonymous)',
        category: categoryOf(frame),
        change: 'same',
        isTouched: false,
        baseline: undefined,
        candidate: undefined,
      }) - 1
    this.#byKey.set(key, id)
    return id
  }
}

function nameOf({ name, isTopLevel }: SourceFunction): string {
  return name || (isTopLevel ? '(module)' : '(anonymous)')
}
