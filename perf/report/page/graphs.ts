// The graphs of a run's page: one a scenario, of both versions where its cost changed.
import type { Version } from '../../../profile/blame/change.ts'
import type { Both } from '../../../profile/blame/find-blame.ts'
import { countsByLine } from '../../../profile/blame/line-counts.ts'
import type { Graph } from '../../../profile/flamegraph/data.ts'
import { type DiffSide, toDiffGraph } from '../../../profile/flamegraph/diff-graph.ts'
import { type DisclosureFlags, discloseBelow } from '../../../profile/flamegraph/disclosure.ts'
import { formatCounted } from '../../../profile/model/format.ts'
import { shortHash } from '../../git/commit.ts'
import { describeRevision } from '../../git/revision.ts'
import type { ScenarioBlame } from '../../profiling/blame-summary.ts'
import { frameFacts } from '../../profiling/hot-functions.ts'
import type { ScenarioProfile } from '../../profiling/pass.ts'
import { graphOf } from '../../profiling/profile-scenario.ts'
import type { MeasuredResult, Report } from '../../results/report.ts'
import { sampledTime } from '../../verdict/cost.ts'
import { describeBlame, describeReason } from '../parts/blame.ts'
import { overheadWords } from '../parts/hot.ts'

/** What a run found out, as far as its page shows it. */
export interface ShownRun {
  readonly report: Report
  readonly profiles: readonly ScenarioProfile[]
  readonly blames: readonly ScenarioBlame[]
}

/** One graph a scenario that was profiled, of both versions where it was found out what changed its cost. */
export function graphsOf(
  { report, profiles, blames }: ShownRun,
  root: string,
  disclosed: DisclosureFlags = {},
): Graph[] {
  return profiles.flatMap((profile): Graph[] => {
    const result = report.scenarios.find(({ id }) => id === profile.scenarioId)
    if (result?.status !== 'measured') return []
    const blame = blames.find(({ candidate }) => candidate.scenarioId === result.id)
    if (blame !== undefined) return [diffGraphOf(blame, result, versionNames(report), disclosed)]
    return [
      graphOf(
        profile,
        result.cost.nsPerOp - (result.profile?.waitingNsPerOp ?? 0),
        discloseBelow(root, disclosed),
        {
          note: describeProfile(result),
        },
      ),
    ]
  })
}

/** What both versions are called. */
export function versionNames({ run, gate }: Report): Both<string> {
  const { baselineCommit } = gate
  const stored = baselineCommit === null ? 'the baseline' : `the baseline (${shortHash(baselineCommit.hash)})`
  return {
    baseline: run.against ?? stored,
    candidate: run.commit === null ? 'this code' : describeRevision(run.commit),
  }
}

/** Both versions of a scenario in one graph, with who is blamed. */
function diffGraphOf(
  { baseline, candidate, functions, blame, named, summary, roots }: ScenarioBlame,
  result: MeasuredResult,
  names: Both<string>,
  disclosed: DisclosureFlags,
): Graph {
  const deltas = new Map(blame.functions.map((delta) => [delta.id, delta]))
  const side = (profile: ScenarioProfile, name: Version): DiffSide => ({
    profiles: profile.profiles,
    sources: profile.sources,
    total: blame.nsPerOp[name],
    ...discloseBelow(roots[name], disclosed),
    factsOf: frameFacts(profile.counted, profile.sources),
  })
  const profiles = { baseline, candidate }
  return toDiffGraph(side(baseline, 'baseline'), side(candidate, 'candidate'), {
    id: result.id,
    note: describeProfile(result),
    unit: 'ns/op',
    names,
    identify: (name, frame) => String(functions.idOf(name, frame)),
    diffOf: (key) => {
      const { change, isTouched } = functions.list[Number(key)]!
      const range = deltas.get(Number(key))?.changeNs
      const noise = range === undefined ? 0 : (range.high - range.low) / 2
      return { change: isTouched && change === 'same' ? 'changed' : change, noise }
    },
    blame: {
      sentence: describeBlame({ ...result, blame: summary }),
      unexplained: summary.unexplainedNs,
      rows: summary.suspects.map((suspect, i) => ({
        key: String(named[i]!.fn.id),
        name: suspect.functionName,
        place: `${suspect.file}:${suspect.line}`,
        reason: describeReason(suspect),
        explained: suspect.explainedNs.value,
        low: suspect.explainedNs.low,
        high: suspect.explainedNs.high,
      })),
    },
    countsOf: (name, url) => {
      const { sources, counted } = profiles[name]
      const file = sources.file(url)
      return file === undefined || counted === undefined ? [] : countsByLine(file, counted.ops.calls)
    },
  })
}

function describeProfile({ profile, cost }: MeasuredResult): string {
  if (profile === null) return ''
  const count = formatCounted(profile.profiles, 'profile')
  const overhead = profile.overhead === null ? '' : `; ${overheadWords(profile.overhead.value)}`
  return `${count}, ${profile.stackSamples.toLocaleString('en-US')} stack samples of ${sampledTime(cost.kind)}, scaled to the cost of an op at reference speed${overhead}`
}
