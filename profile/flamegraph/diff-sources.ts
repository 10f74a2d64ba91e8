// The files that a page shows of two versions.
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
  baseline: ReadonlyMap<string, DiffFile>,
  candidate: ReadonlyMap<string, DiffFile>,
  wanted: ReadonlySet<string>,
): PageSource[] {
  const costOf = (file: DiffFile | undefined) => (file?.heat === undefined ? 0 : sumOfLines(file.heat))
  return [...new Set([...candidate.keys(), ...baseline.keys()])]
    .map((name) => ({ name, old: baseline.get(name), young: candidate.get(name) }))
    .filter(({ name, old, young }) => wanted.has(name) || costOf(old) > 0 || costOf(young) > 0)
    .sort((a, b) => Math.max(costOf(b.old), costOf(b.young)) - Math.max(costOf(a.old), costOf(a.young)))
    .flatMap(({ name, old, young }) => {
      const [versionBaseline, versionCandidate] = [toVersion(old), toVersion(young)]
      if (versionBaseline === undefined && versionCandidate === undefined) return []
      return [
        {
          file: name,
          ...(versionCandidate ?? { text: '', heat: [] }),
          ...(versionBaseline && { baseline: versionBaseline }),
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
