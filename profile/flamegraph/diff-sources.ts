import { type LineCosts, sumOfLines } from '../correct/line-costs.ts'
import type { PageSource, SourceVersion } from './data.ts'

/** A file of one version, read when it is to be shown. */
export interface DiffFile {
  /** Undefined where no line of it was hot. */
  readonly heat: LineCosts | undefined
  /** Undefined for what is no file. */
  read(): string | undefined
  counts(): readonly (readonly [number, number])[] | undefined
}

/**
 * The files of two versions by name, the costliest first: those with a hot line in either version, and those of `wanted`.
 */
export function sourcesOfBoth(
  before: ReadonlyMap<string, DiffFile>,
  after: ReadonlyMap<string, DiffFile>,
  wanted: ReadonlySet<string>,
): PageSource[] {
  const costOf = (file: DiffFile | undefined) => (file?.heat === undefined ? 0 : sumOfLines(file.heat))
  return [...new Set([...after.keys(), ...before.keys()])]
    .map((name) => ({ name, old: before.get(name), young: after.get(name) }))
    .filter(({ name, old, young }) => wanted.has(name) || costOf(old) > 0 || costOf(young) > 0)
    .sort((a, b) => Math.max(costOf(b.old), costOf(b.young)) - Math.max(costOf(a.old), costOf(a.young)))
    .flatMap(({ name, old, young }) => {
      const [versionBefore, versionAfter] = [toVersion(old), toVersion(young)]
      if (versionBefore === undefined && versionAfter === undefined) return []
      return [
        {
          file: name,
          ...(versionAfter ?? { text: '', heat: [] }),
          ...(versionBefore && { before: versionBefore }),
        },
      ]
    })
}

function toVersion(file: DiffFile | undefined): SourceVersion | undefined {
  const text = file?.read()
  if (file === undefined || text === undefined) return undefined
  const counts = file.counts()
  return { text, heat: [...(file.heat ?? [])], ...(counts && counts.length > 0 && { counts }) }
}
