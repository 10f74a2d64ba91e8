// The files of a run: its report in every format, and its profiles.
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportCpuProfile } from '../../profile/export/cpuprofile.ts'
import type { Graph } from '../../profile/flamegraph/data.ts'
import type { DisclosureFlags } from '../../profile/flamegraph/disclosure.ts'
import { readGraphs } from '../../profile/flamegraph/read-page.ts'
import { mergeProfiles } from '../../profile/model/merge.ts'
import { messageOf } from '../errors.ts'
import type { Report } from '../results/report.ts'
import { nameProfile, pointLatest, type RunFolder } from '../results/run-folder.ts'
import { writeWhole } from '../results/write-whole.ts'
import type { RunResult } from '../run/run.ts'
import { githubLinks } from './markdown/links.ts'
import { renderMarkdown } from './markdown.ts'
import { renderPageOf, renderRunPage } from './page/render.ts'

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
  await writeTexts(folder, report, root)
  for (const { scenarioId, profiles: taken } of profiles) {
    const merged = mergeProfiles(taken.map(({ profile }) => profile))
    await writeWhole(nameProfile(folder, scenarioId, 'cpu-prof', 'cpuprofile'), exportCpuProfile(merged))
  }
  await pointLatest(folder)
  await writeWhole(folder.page, await renderRunPage({ report, profiles, blames }, root, disclosed))
}

/**
 * The same for a report that was put together from others, with what their folders hold beside theirs: profiles, and graphs
 * in their pages.
 * @throws as {@link writeReport}
 */
export async function writeMerged(
  folder: RunFolder,
  report: Report,
  parts: readonly RunFolder[],
  root: string,
): Promise<void> {
  await writeTexts(folder, report, root)
  const graphs: Graph[] = []
  for (const part of parts) {
    await cp(join(part.directory, 'profiles'), join(folder.directory, 'profiles'), { recursive: true }).catch(
      ignoreMissing,
    )
    const page = await readFile(part.page, 'utf8').catch(ignoreMissing)
    if (page === undefined) continue
    try {
      graphs.push(...readGraphs(page))
    } catch (error) {
      process.stderr.write(`flamegate: no flamegraphs of ${part.page}: ${messageOf(error)}\n`)
    }
  }
  await pointLatest(folder)
  await writeWhole(folder.page, await renderPageOf(report, graphs))
}

async function writeTexts(folder: RunFolder, report: Report, root: string): Promise<void> {
  await writeWhole(folder.json, `${JSON.stringify(report, null, 2)}\n`)
  await writeWhole(folder.markdown, renderMarkdown(report, githubLinks(root, process.env)))
}

/** A run without profiles has none of these. */
function ignoreMissing(error: unknown): undefined {
  if ((error as { code?: unknown }).code === 'ENOENT') return
  throw error
}
