// Where in a touched function the change is: the line that does it, and the loop.
import type { LineCosts } from '../correct/line-costs.ts'
import { commonTokens } from '../source/code/token-diff.ts'
import type { Token } from '../source/code/tokens.ts'
import type { SourceFile, SourceFunction } from '../source/source-functions.ts'
import type { FunctionDelta, LoopChange } from './blame-types.ts'
import type { CallSites } from './call-sites.ts'
import type { Both, VersionSide } from './side.ts'
import type { VersionCode } from './version-code.ts'

/**
 * The line of a touched function that does it: where it calls the symptom, among what was changed; else the hottest changed
 * line; else where it begins.
 */
export function findEvidenceLine(
  { id, source: { baseline, candidate } }: FunctionDelta,
  symptom: number | undefined,
  sides: Both<VersionSide>,
  code: VersionCode,
  calls: CallSites,
  heatOf: ReadonlyMap<string, LineCosts>,
): number {
  const fn = candidate ?? baseline
  if (fn === undefined) return 0
  const file = candidate === undefined ? undefined : sides.candidate.sources.file(candidate.url)
  if (candidate === undefined || file === undefined) return fn.startLine
  const changed = changedOffsets(baseline, candidate, code)
  const sites = symptom === undefined ? [] : calls.sitesOf('candidate', id, symptom)
  const called = sites.filter(({ offset }) => changed.has(offset)).sort((a, b) => b.times - a.times)
  if (called[0] !== undefined) return file.lineOf(called[0].offset)
  if (changed.size === 0) return lineOfDeletion(baseline, candidate, file, code) ?? fn.startLine
  const lines = [...new Set([...changed].map((offset) => file.lineOf(offset)))].sort((a, b) => a - b)
  const heat = (line: number) => heatOf.get(file.url)?.get(line) ?? 0
  return (
    lines.reduce<number | undefined>(
      (best, line) => (best === undefined || heat(line) > heat(best) ? line : best),
      undefined,
    ) ?? fn.startLine
  )
}

/** Where something of the older version is missing, the line of what follows it. */
function lineOfDeletion(
  baseline: SourceFunction | undefined,
  candidate: SourceFunction,
  file: SourceFile,
  code: VersionCode,
): number | undefined {
  if (baseline === undefined) return undefined
  const [old, tokens] = tokensOf(baseline, candidate, code)
  const next = tokens.find(({ text }, i) => text !== old[i]?.text)
  return next && file.lineOf(next.offset)
}

/** Offsets of the tokens of the newer version that the older one lacks. */
function changedOffsets(
  baseline: SourceFunction | undefined,
  candidate: SourceFunction,
  code: VersionCode,
): ReadonlySet<number> {
  const [old, tokens] = tokensOf(baseline, candidate, code)
  const kept = commonTokens(old, tokens)
  return new Set(tokens.filter((_, i) => !kept.has(i)).map(({ offset }) => offset))
}

function tokensOf(
  baseline: SourceFunction | undefined,
  candidate: SourceFunction,
  code: VersionCode,
): [readonly Token[], readonly Token[]] {
  const old = baseline && code.of('baseline', baseline)?.tokensOf(baseline)
  return [old ?? [], code.of('candidate', candidate)?.tokensOf(candidate) ?? []]
}

/** Executions that differ by less than this are the same work on other data. */
const NOTABLE = 1.2

/** The stretch of a function that ran most often in the newer version, where that is far more often than any did before. */
export function findLoop(
  { source: { baseline, candidate }, calls }: FunctionDelta,
  sides: Both<VersionSide>,
): LoopChange | undefined {
  if (
    baseline === undefined ||
    candidate === undefined ||
    calls.baseline === null ||
    calls.candidate === null
  )
    return undefined
  const [opsBaseline, opsCandidate] = [sides.baseline.countedOps ?? 1, sides.candidate.countedOps ?? 1]
  const hottest = candidate.blocks.reduce<SourceFunction['blocks'][number] | undefined>(
    (best, block) => (block.count > (best?.count ?? 0) ? block : best),
    undefined,
  )
  if (hottest === undefined || hottest.count / opsCandidate <= calls.candidate) return undefined
  const times = {
    baseline: Math.max(baseline.calls, ...baseline.blocks.map(({ count }) => count)) / opsBaseline,
    candidate: hottest.count / opsCandidate,
  }
  // More calls of the function run all of it more often: that is said of its calls.
  const byCalls = calls.baseline === 0 ? 1 : calls.candidate / calls.baseline
  if (times.candidate < times.baseline * Math.max(1, byCalls) * NOTABLE) return undefined
  return { line: sides.candidate.sources.file(candidate.url)!.lineOf(hottest.startOffset), times }
}
