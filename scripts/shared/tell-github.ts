// What GitHub Actions is told of a run: the job's summary, and annotations.
import { appendFile, stat } from 'node:fs/promises'
import { messageOf } from '../../perf/errors.ts'
import { renderAnnotations } from '../../perf/report/annotations.ts'
import { githubLinks } from '../../perf/report/markdown/links.ts'
import { renderMarkdown } from '../../perf/report/markdown.ts'
import type { Report } from '../../perf/results/report.ts'

/** Adds a run to the job's summary, and puts what regressed on its lines; nothing where no job runs this. */
export async function tellGitHub(report: Report, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const root = process.cwd()
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE } = env
  if (GITHUB_STEP_SUMMARY) {
    await appendSummary(GITHUB_STEP_SUMMARY, renderMarkdown(report, githubLinks(root, env)))
  }
  // On stderr, which the runner reads too: stdout may be a file's content.
  if (GITHUB_ACTIONS === 'true') process.stderr.write(renderAnnotations(report, root, GITHUB_WORKSPACE))
}

/** GitHub takes no larger summary of a step, and would show nothing of it. */
const LARGEST_SUMMARY = 2 ** 20

/** What cannot be written there changes nothing else. */
async function appendSummary(path: string, markdown: string): Promise<void> {
  const fail = (reason: string) => process.stderr.write(`flamegate: no job summary: ${reason}\n`)
  const { size } = await stat(path).catch(() => ({ size: 0 }))
  if (size + Buffer.byteLength(markdown) > LARGEST_SUMMARY) {
    fail(`with it, ${path} would be larger than the 1 MiB that GitHub shows of a step`)
    return
  }
  await appendFile(path, markdown).catch((error) => fail(messageOf(error)))
}
