import type { Graph } from '../profile/flamegraph/data.ts'
import { renderPage } from '../profile/flamegraph/page.ts'
import type { ScenarioProfile } from './profile-pass.ts'
import { graphOf } from './profile-run.ts'
import { opCostNs } from './profile-summary.ts'
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
    if (result?.status !== 'measured') return []
    return [graphOf(profile, opCostNs(result), root, { note: describeProfile(result) })]
  })
  return renderPage({ title: `flamegate ${report.run.id}`, graphs })
}

function describeProfile({ profile }: MeasuredResult): string {
  if (profile === null) return ''
  const count = profile.profiles === 1 ? '1 profile' : `${profile.profiles} profiles`
  const time = profile.cost === 'cpu' ? 'the server’s CPU time' : 'wall time'
  const overhead =
    profile.overhead === null
      ? ''
      : `; ops cost ${formatChange(profile.overhead.value - 1)} under the profiler`
  return `${count}, ${profile.stackSamples.toLocaleString('en-US')} stack samples of ${time}, scaled to the cost of an op at reference speed${overhead}`
}
