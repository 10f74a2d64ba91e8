// What happened in the repository, as GitHub tells a workflow.
import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { FlamegateError, messageOf } from '../../perf/errors.ts'

/** An event, as far as it says what to compare with and where to tell of it. */
export type CiEvent =
  | {
      readonly kind: 'pull-request'
      readonly number: number
      /** What it is to be merged into. */
      readonly base: string
      readonly head: string
      /** Whether it comes from another repository, so that its workflow may only read. */
      readonly isFork: boolean
    }
  | { readonly kind: 'merge-group'; readonly base: string }
  | {
      readonly kind: 'push'
      /** Undefined for a branch that was not there before. */
      readonly before: string | undefined
    }
  /** A workflow is over, of which this one has the report. */
  | {
      readonly kind: 'workflow-run'
      readonly head: string
      readonly headOwner: string
      readonly headBranch: string
    }
  /** By the clock, by hand, and whatever else says nothing of two commits. */
  | { readonly kind: 'other' }

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/))
const repository = v.nullable(v.object({ full_name: v.string() }))
const pullRequest = v.object({
  pull_request: v.object({
    number: v.pipe(v.number(), v.integer(), v.minValue(1)),
    base: v.object({ sha: hash, repo: repository }),
    // A fork may be gone.
    head: v.object({ sha: hash, repo: repository }),
  }),
})
const mergeGroup = v.object({ merge_group: v.object({ base_sha: hash }) })
const push = v.object({ before: hash, after: hash })
const workflowRun = v.object({
  workflow_run: v.object({
    head_sha: hash,
    head_branch: v.string(),
    head_repository: v.object({ owner: v.object({ login: v.string() }) }),
  }),
})
/** By what an event of a kind is known. */
const KINDS = ['pull_request', 'merge_group', 'workflow_run', 'before'] as const

/**
 * Reads an event's payload.
 * @throws FlamegateError 'bad-event' where the file cannot be read, or is no such payload
 */
export async function readEvent(path: string): Promise<CiEvent> {
  const payload = parse(await readText(path), path)
  const kind = KINDS.find((name) => name in payload)
  switch (kind) {
    case 'pull_request': {
      const { number, base, head } = check(pullRequest, payload, path).pull_request
      const isFork = head.repo?.full_name !== base.repo?.full_name
      return { kind: 'pull-request', number, base: base.sha, head: head.sha, isFork }
    }
    case 'merge_group':
      return { kind: 'merge-group', base: check(mergeGroup, payload, path).merge_group.base_sha }
    case 'workflow_run': {
      const { head_sha, head_branch, head_repository } = check(workflowRun, payload, path).workflow_run
      return {
        kind: 'workflow-run',
        head: head_sha,
        headOwner: head_repository.owner.login,
        headBranch: head_branch,
      }
    }
    case 'before': {
      const { before } = check(push, payload, path)
      return { kind: 'push', before: /^0+$/.test(before) ? undefined : before }
    }
    case undefined:
      return { kind: 'other' }
    default:
      return kind satisfies never
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new FlamegateError('bad-event', `cannot read the event ${path}: ${messageOf(cause)}`, {
      hint: HINT,
      cause,
    })
  }
}

const HINT = 'an event is the payload that GitHub Actions has at GITHUB_EVENT_PATH'

function parse(text: string, path: string): object {
  try {
    const payload: unknown = JSON.parse(text)
    if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return payload
  } catch (cause) {
    throw new FlamegateError('bad-event', `${path} is no JSON: ${messageOf(cause)}`, { hint: HINT, cause })
  }
  throw new FlamegateError('bad-event', `${path} is no event`, { hint: HINT })
}

function check<S extends v.GenericSchema>(schema: S, payload: object, path: string): v.InferOutput<S> {
  const { success, output, issues } = v.safeParse(schema, payload)
  if (success) return output
  const [issue] = issues
  const place = v.getDotPath(issue) ?? ''
  throw new FlamegateError('bad-event', `${path} is no event: ${place}: ${issue.message}`, { hint: HINT })
}
