// What a report says of who made an op cost what it does.

import type { FunctionChange } from '../../profile/blame/change.ts'
import type { Blame, FunctionDelta, Suspect } from '../../profile/blame/find-blame.ts'
import { type Both, findBlame, VersionFunctions, type VersionSide } from '../../profile/blame/find-blame.ts'
import type { Category } from '../../profile/model/category.ts'
import { workspaceUrl } from '../../profile/model/file-url.ts'
import { packageOf } from '../../profile/source/packages.ts'
import { mapLine, SourceMaps } from '../../profile/source/source-map.ts'
import type { Sources } from '../../profile/source/sources.ts'
import type { Interval } from '../stats/interval.ts'
import { frameFacts } from './hot-functions.ts'
import { FEWEST_STACK_SAMPLES, type ScenarioProfile } from './pass.ts'

/** A package that was loaded with another version; null where it was not loaded. */
export interface ChangedPackage extends Both<string | null> {
  readonly name: string
}

/** What became of a function between two versions. */
export interface BlamedFunction {
  readonly functionName: string
  /** As in hot functions; of the baseline where the candidate lacks it. */
  readonly file: string
  readonly line: number
  readonly category: Category
  readonly change: FunctionChange
  /** Whether its own code differs, comments and layout aside. */
  readonly isTouched: boolean
  readonly selfNsPerOp: Both<number>
  /** Of its self time per op, by the scatter of the profiles. */
  readonly changeNs: Interval
  /** Of the whole change of the op. */
  readonly changeShare: number
  /** Exact; null where they were not counted. */
  readonly callsPerOp: Both<number | null>
  /** Sampled. */
  readonly allocatedBytesPerOp: Both<number | null>
  /** How often V8 deoptimised it in a profile of its measured ops, on average. */
  readonly deopts: Both<number>
  /** In V8's words; empty where it was not. */
  readonly deoptReason: string
}

/** A touched function that answers for a part of the change; `line` is the one that does it. */
export interface SuspectRow extends BlamedFunction {
  /** Of its own time and of others' that it answers for, per op. */
  readonly explainedNs: Interval
  readonly explainedShare: number
  /** The function in which most of it shows; null where that is its own time. */
  readonly symptom: BlamedFunction | null
  /** Code of its own that runs more often per op than any of it did in the baseline. */
  readonly loop: (Both<number> & { readonly line: number }) | null
  /** Its package, where that has another version. */
  readonly package: ChangedPackage | null
}

/** Where the time went between two versions of a scenario. */
export interface BlameSummary {
  readonly outcome: 'blamed' | 'unchanged-code' | 'withheld'
  /** Why nobody is blamed; of who is, where that is known by exclusion and not from the profiles. */
  readonly reason: string | null
  readonly cure: string | null
  readonly nsPerOp: Both<number>
  /** Cost of an op, candidate/baseline. */
  readonly ratio: Interval
  readonly stackSamples: Both<number>
  /** The largest part first. */
  readonly suspects: readonly SuspectRow[]
  /** The largest change first. */
  readonly functions: readonly BlamedFunction[]
  /** Of the change, what no suspect answers for. */
  readonly unexplainedNs: number
  /** Loaded packages with another version. */
  readonly packages: readonly ChangedPackage[]
}

/** Both versions of one scenario as they were profiled, and what a comparison of the two finds. */
export interface ScenarioBlame {
  readonly baseline: ScenarioProfile
  readonly candidate: ScenarioProfile
  readonly functions: VersionFunctions
  readonly blame: Blame
  /** Who is named: suspects of the blame, or who is left by exclusion. The largest part first. */
  readonly named: Blame['suspects']
  readonly summary: BlameSummary
  readonly roots: Roots
}

/** How many functions a summary lists. */
const MOST_FUNCTIONS = 15

/** What is known of two versions of a scenario beside their profiles. */
export interface BlameContext {
  /** What an op of the candidate costs; what one of the baseline does follows from the ratio. */
  readonly nsPerOp: number
  /** Candidate/baseline. */
  readonly ratio: Interval
  readonly roots: Roots
  /** Whether one function alone, of all that the scenario runs, was changed. */
  readonly isOnlyChange: boolean
}

/** Compares the profiles of two versions of a scenario, and decides who is named. */
export function blameScenario(
  baseline: ScenarioProfile,
  candidate: ScenarioProfile,
  { nsPerOp, ratio, roots, isOnlyChange }: BlameContext,
): ScenarioBlame {
  const functions = new VersionFunctions(baseline.sources, candidate.sources)
  const sides = { baseline: toSide(baseline, nsPerOp / ratio.value), candidate: toSide(candidate, nsPerOp) }
  const blame = findBlame(sides, functions)
  const places = new Places(baseline.sources, candidate.sources, roots)
  const total = blame.nsPerOp.candidate - blame.nsPerOp.baseline
  const uncounted = [baseline, candidate].find(({ counted }) => counted === undefined)
  const seen = uncounted === undefined ? concludeBlame(blame, places) : uncountable(uncounted)
  const byExclusion = isOnlyChange && seen.outcome !== 'blamed' ? excludeOthers(blame, total) : undefined
  const named = byExclusion ?? (seen.outcome === 'blamed' ? blame.suspects : [])
  const summary: BlameSummary = {
    ...(byExclusion === undefined ? seen : ONLY_CHANGE),
    nsPerOp: { ...blame.nsPerOp },
    ratio,
    stackSamples: { ...blame.stackSamples },
    suspects: named.map(({ fn, explainedNs, symptom, line, loop }) => ({
      ...toRow(fn, places, total, line),
      explainedNs,
      explainedShare: explainedNs.value / total,
      symptom: symptom === undefined ? null : toRow(symptom, places, total),
      loop: loop === undefined ? null : { line: places.of(fn, loop.line).line, ...loop.times },
      package: changedPackage(fn),
    })),
    functions: blame.functions.slice(0, MOST_FUNCTIONS).map((delta) => toRow(delta, places, total)),
    unexplainedNs: byExclusion !== undefined ? 0 : named.length === 0 ? total : blame.unexplainedNs,
    packages: changedPackages(baseline.sources, candidate.sources),
  }
  return { baseline, candidate, functions, blame, named, summary, roots }
}

function toSide({ profiles, counted, sources }: ScenarioProfile, nsPerOp: number): VersionSide {
  const factsOf = frameFacts(counted, sources)
  return {
    profiles,
    sources,
    countedOps: counted?.ops.calls,
    nsPerOp,
    bytesOf: (frame) => factsOf(frame).bytesPerOp,
  }
}

/** How files of both versions are called: by their paths from these folders. */
export type Roots = Both<string>

type Conclusion = Pick<BlameSummary, 'outcome' | 'reason' | 'cure'>

const ONLY_CHANGE: Conclusion = {
  outcome: 'blamed',
  reason: 'it is the only changed function that this scenario runs',
  cure: null,
}

/** Who must have done it where nobody else can have, and the profiles name nobody. */
function excludeOthers({ touched }: Blame, total: number): Blame['suspects'] | undefined {
  const [fn, ...others] = touched
  if (fn === undefined || others.length > 0) return undefined
  const line = (fn.source.candidate ?? fn.source.baseline)?.startLine ?? 0
  const explainedNs = { low: total, value: total, high: total }
  return [{ fn, explainedNs, symptom: undefined, line, loop: undefined }]
}

/** Without exact calls every function of one version looks new, or none does. */
function uncountable({ problems }: ScenarioProfile): Conclusion {
  return {
    outcome: 'withheld',
    reason: `calls could not be counted in one of the versions: ${problems[0] ?? 'no reason is known'}`,
    cure: 'look at what its process said, and run it again',
  }
}

function concludeBlame({ suspects, stackSamples, touched }: Blame, places: Places): Conclusion {
  const fewest = Math.min(stackSamples.baseline, stackSamples.candidate)
  if (fewest < FEWEST_STACK_SAMPLES) {
    return {
      outcome: 'withheld',
      reason: `the profiles are too thin: ${fewest} stack samples on one side`,
      cure: 'run this scenario alone, on a quieter machine, and not with --quick',
    }
  }
  if (suspects.length > 0) return { outcome: 'blamed', reason: null, cure: null }
  if (touched.length === 0) {
    return {
      outcome: 'unchanged-code',
      reason: 'no function that this scenario runs was changed',
      cure: 'look at what surrounds the code: data files, flags, the environment',
    }
  }
  return {
    outcome: 'withheld',
    reason: `no changed function that ran stands out of the noise of the profiles, of ${nameSome(touched, places)}`,
    cure: 'run this scenario alone, on a quieter machine, and not with --quick',
  }
}

const MOST_NAMED = 3

function nameSome(touched: readonly FunctionDelta[], places: Places): string {
  const named = touched.slice(0, MOST_NAMED).map((delta) => {
    const { file, line } = places.of(delta)
    return `${delta.name} (${file}:${line})`
  })
  const more = touched.length - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function toRow(delta: FunctionDelta, places: Places, total: number, line?: number): BlamedFunction {
  const { name, category, change, isTouched, selfNs, changeNs, calls, bytes, deopts, deoptReason } = delta
  return {
    functionName: name,
    ...places.of(delta, line),
    category,
    change,
    isTouched,
    selfNsPerOp: { ...selfNs },
    changeNs,
    changeShare: changeNs.value / total,
    callsPerOp: { ...calls },
    allocatedBytesPerOp: { ...bytes },
    deopts: { ...deopts },
    deoptReason,
  }
}

/** Where functions of two versions are; compiled code is told by its sources. */
class Places {
  readonly #roots: Roots
  readonly #maps: Both<SourceMaps>

  constructor(baseline: Sources, candidate: Sources, roots: Roots) {
    this.#roots = roots
    this.#maps = {
      baseline: new SourceMaps(baseline.scripts),
      candidate: new SourceMaps(candidate.scripts),
    }
  }

  /** @param line of the function's text as it ran; without one, where the function begins */
  of({ source }: FunctionDelta, line?: number): Pick<BlamedFunction, 'file' | 'line'> {
    const side = source.candidate === undefined ? 'baseline' : 'candidate'
    const fn = source[side]
    if (fn === undefined) return { file: '', line: 0 }
    const isStart = line === undefined || line === fn.startLine
    const column = isStart ? fn.startColumn - 1 : 0
    const place = mapLine(fn.url, line ?? fn.startLine, this.#maps[side], column)
    return { file: workspaceUrl(place.url, this.#roots[side]), line: place.line }
  }
}

function changedPackage({ source }: Suspect['fn']): ChangedPackage | null {
  const [baseline, candidate] = [source.baseline, source.candidate].map((fn) => fn && packageOf(fn.url))
  if (!baseline?.name || baseline.name !== candidate?.name || baseline.version === candidate.version)
    return null
  return { name: baseline.name, baseline: baseline.version, candidate: candidate.version }
}

/** Packages whose code was loaded, with another version on either side. */
function changedPackages(baseline: Sources, candidate: Sources): ChangedPackage[] {
  const versions = { baseline: versionsIn(baseline), candidate: versionsIn(candidate) }
  return [...new Set([...versions.baseline.keys(), ...versions.candidate.keys()])]
    .map((name) => ({
      name,
      baseline: versions.baseline.get(name) ?? null,
      candidate: versions.candidate.get(name) ?? null,
    }))
    .filter(({ baseline, candidate }) => baseline !== candidate)
}

function versionsIn(sources: Sources): Map<string, string> {
  const versions = new Map<string, Set<string>>()
  for (const { name, version } of sources.urls.flatMap((url) => packageOf(url) ?? [])) {
    if (name !== '') versions.set(name, (versions.get(name) ?? new Set()).add(version ?? ''))
  }
  return new Map([...versions].map(([name, all]) => [name, [...all].sort().join(', ')]))
}
