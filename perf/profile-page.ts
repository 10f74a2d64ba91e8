import type { Graph } from '../profile/flamegraph/data.ts'
import { toGraph } from '../profile/flamegraph/graph.ts'
import { renderPage } from '../profile/flamegraph/page.ts'
import type { Frame } from '../profile/model.ts'
import { allocatedByFunction, allocationOf } from './hot-functions.ts'
import type { ScenarioProfile } from './profile-pass.ts'
import { shortenUrl } from './profile-summary.ts'
import type { MeasuredResult, Report } from './result-file.ts'
import { formatChange } from './units.ts'

/** The page of a run: one graph a scenario. */
export function renderRunPage(
  report: Report,
  profiles: readonly ScenarioProfile[],
  root: string,
): Promise<string> {
  const graphs = profiles.flatMap((profile): Graph[] => {
    const result = report.scenarios.find(({ id }) => id === profile.scenarioId)
    return result?.status === 'measured' ? [graphOf(profile, result, root)] : []
  })
  return renderPage({ title: `flamegate ${report.run.id}`, graphs })
}

function graphOf(
  profile: ScenarioProfile,
  { metrics, profile: summary, kind }: MeasuredResult,
  root: string,
): Graph {
  const { counted, sources } = profile
  const allocated = allocatedByFunction(counted, sources)
  const isCpu = kind === 'http'
  const count = profile.profiles.length
  const samples = summary?.stackSamples.toLocaleString('en-US') ?? '0'
  const overhead = summary?.overhead
    ? `; ops cost ${formatChange(summary.overhead.value - 1)} under the profiler`
    : ''
  return toGraph(profile.profiles, {
    id: profile.scenarioId,
    note: `${count === 1 ? '1 profile' : `${count} profiles`}, ${samples} stack samples of ${isCpu ? 'the server’s CPU time' : 'wall time'}, scaled to the cost of an op at reference speed${overhead}`,
    total: isCpu ? metrics.cpuNsPerOp.normalised.value : 1e9 / metrics.opsPerSecond.normalised.value,
    unit: 'ns/op',
    shorten: (url) => shortenUrl(url, root),
    sources,
    factsOf(frame: Frame) {
      const owner = frame.isInlined ? undefined : sources.functionOf(frame)
      return {
        callsPerOp: counted === undefined || owner === undefined ? null : owner.calls / counted.ops.calls,
        bytesPerOp: allocationOf(allocated, frame, owner),
      }
    },
  })
}
