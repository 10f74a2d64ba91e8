// The files of a run: its report in every format, and its profiles.
import { exportCpuProfile } from '../../profile/export/cpuprofile.ts'
import type { DisclosureFlags } from '../../profile/flamegraph/disclosure.ts'
import { mergeProfiles } from '../../profile/model/merge.ts'
import { nameProfile, pointLatest, type RunFolder } from '../results/run-folder.ts'
import { writeWhole } from '../results/write-whole.ts'
import type { RunResult } from '../run/run.ts'
import { githubLinks } from './markdown/links.ts'
import { renderMarkdown } from './markdown.ts'
import { renderRunPage } from './page/render.ts'

/**
 * Writes the report's files, each whole or not at all, and points `tmp/perf/latest` at them; the page comes last.
 * @throws FlamegateError 'cannot-write'; ViewerMissingError where the page alone is missing
 */
export async function writeReport(
  folder: RunFolder,
  { report, profiles, blames }: RunResult,
  root: string,
  disclosed?: DisclosureFlags,
): Promise<void> {
  await writeWhole(folder.json, `${JSON.stringify(report, null, 2)}\n`)
  await writeWhole(folder.markdown, renderMarkdown(report, githubLinks(root, process.env)))
  for (const { scenarioId, profiles: taken } of profiles) {
    const merged = mergeProfiles(taken.map(({ profile }) => profile))
    await writeWhole(nameProfile(folder, scenarioId, 'cpu-prof', 'cpuprofile'), exportCpuProfile(merged))
  }
  await pointLatest(folder)
  await writeWhole(folder.page, await renderRunPage({ report, profiles, blames }, root, disclosed))
}
