// The one comment that a pull request has of a project's runs, kept by GitHub's own command line.
import { execFile } from 'node:child_process'
import { FlamegateError } from '../../perf/errors.ts'
import { git } from '../../perf/git/git.ts'
import { githubLinks } from '../../perf/report/markdown/links.ts'
import { renderMarkdown } from '../../perf/report/markdown.ts'
import type { Report } from '../../perf/results/report.ts'
import type { CiEvent } from './event.ts'

/** A comment to be, and how it is known again. */
export interface Comment {
  /** Its first line, which nobody sees. */
  readonly mark: string
  /** With the mark. */
  readonly body: string
}

/** Each project of a repository has a comment of its own. */
export async function composeComment(report: Report, root: string, event: CiEvent): Promise<Comment> {
  const prefix = await git(root, 'rev-parse', '--show-prefix').catch(() => '')
  const mark = `<!-- flamegate ${encodeURI(prefix).replaceAll('-', '%2D')}-->`
  return { mark, body: `${mark}\n${renderMarkdown(report, githubLinks(root, environmentOf(event)))}` }
}

/** A workflow that begins when another one is over is about that one's commit. */
export function environmentOf(event: CiEvent): NodeJS.ProcessEnv {
  return event.kind === 'workflow-run' ? { ...process.env, GITHUB_SHA: event.head } : process.env
}

/**
 * Writes a comment, or writes it anew where the pull request has one with its mark; what it is then, in a sentence.
 * @throws FlamegateError 'bad-event' where the event is about no pull request, or none that may be commented; 'no-gh'
 */
export async function keepComment(event: CiEvent, { mark, body }: Comment): Promise<string> {
  const repository = process.env.GITHUB_REPOSITORY
  if (!repository) {
    throw new FlamegateError('bad-event', 'GITHUB_REPOSITORY does not say which repository this is')
  }
  const number = await findPullRequest(event, repository)
  const all = `repos/${repository}/issues/${number}/comments`
  const listed = JSON.parse(await gh(['--paginate', '--slurp', `${all}?per_page=100`])) as {
    id: number
    body?: string
  }[][]
  const own = listed.flat().find((comment) => comment.body?.startsWith(mark))
  const way = own === undefined ? ['POST', all] : ['PATCH', `repos/${repository}/issues/comments/${own.id}`]
  await gh(['--method', way[0]!, way[1]!, '--input', '-'], JSON.stringify({ body }))
  return `${own === undefined ? 'commented on' : 'updated the comment of'} pull request ${number}`
}

async function findPullRequest(event: CiEvent, repository: string): Promise<number> {
  switch (event.kind) {
    case 'pull-request': {
      if (!event.isFork) return event.number
      throw new FlamegateError('bad-event', 'a pull request of a fork may not comment', {
        hint: 'docs/ci.md has the workflow that does it (Pull requests of forks)',
      })
    }
    case 'workflow-run': {
      const head = encodeURIComponent(`${event.headOwner}:${event.headBranch}`)
      const open = JSON.parse(await gh([`repos/${repository}/pulls?state=open&head=${head}`])) as {
        number: number
        head: { sha: string }
      }[]
      // It may have new commits by now, or be closed: what was measured says nothing of those.
      const found = open.find((pull) => pull.head.sha === event.head)
      if (found !== undefined) return found.number
      throw new FlamegateError('bad-event', `no open pull request is at ${event.head} any more`)
    }
    case 'merge-group':
    case 'push':
    case 'other':
      throw new FlamegateError('bad-event', 'this event is about no pull request')
    default:
      return event satisfies never
  }
}

const LONGEST_CALL_MS = 60_000

/** Calls GitHub's API; what it answers. @throws FlamegateError 'no-gh', with what gh says */
function gh(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: LONGEST_CALL_MS, maxBuffer: Number.POSITIVE_INFINITY }
    const child = execFile('gh', ['api', ...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      const isMissing = error.code === 'ENOENT'
      const said = stderr.trim().split('\n')[0] || error.message
      reject(
        new FlamegateError('no-gh', isMissing ? 'gh cannot be started: it is not in PATH' : `gh: ${said}`, {
          hint: isMissing
            ? 'runners of GitHub have it: https://cli.github.com'
            : 'does GH_TOKEN hold the job’s token, with permissions: pull-requests: write?',
          cause: error,
        }),
      )
    })
    // One that is not there takes no input.
    child.stdin?.on('error', () => {}).end(input)
  })
}
