// Reading a JSON file of ours, of whatever version.
import * as v from 'valibot'
import { type ErrorCode, FlamegateError, messageOf } from '../errors.ts'

/** How a file of ours is called in messages, and what to do about a bad one. */
export interface VersionedFile {
  /** Its path. */
  readonly path: string
  readonly kind: 'baseline' | 'report'
  readonly version: number
  readonly code: ErrorCode
  readonly hint: string
  /** By version: how a file of that version becomes one of the next. */
  readonly upgrades?: Readonly<Record<number, (content: Record<string, unknown>) => unknown>>
}

const MERGE_MARK = /^(?:<{7}|={7}|>{7})(?: |$)/m
const MERGE_CURE = 'keep one side of it (git checkout --ours or --theirs)'

/**
 * The content of a JSON file that carries a `schemaVersion`.
 * @throws FlamegateError with `file.code` when it is no whole JSON, of another version, or not of that shape
 */
export function parseVersioned<T>(text: string, schema: v.GenericSchema<unknown, T>, file: VersionedFile): T {
  const { path, kind, version, code, hint } = file
  const fail = (message: string, cause: unknown, cure = hint): never => {
    throw new FlamegateError(code, message, { hint: cure, cause })
  }
  let content: unknown
  try {
    // Editors of Windows begin files with a byte order mark.
    content = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    if (MERGE_MARK.test(text))
      return fail(`${path} has the marks of a merge with conflicts in it`, cause, `${MERGE_CURE}, or ${hint}`)
    return fail(`${path} is no whole JSON file: ${messageOf(cause)}`, cause)
  }
  const found = (content as { schemaVersion?: unknown } | null)?.schemaVersion
  if (typeof found === 'number' && found > version) {
    fail(
      `${path} is of version ${found}; this flamegate reads ${version}`,
      undefined,
      `update flamegate, or ${hint}`,
    )
  }
  const parsed = v.safeParse(schema, upgrade(content, file))
  return parsed.success
    ? parsed.output
    : fail(`${path} is no ${kind}: ${listIssues(parsed.issues)}`, parsed.issues)
}

/** What is wrong and where, a line each. */
function listIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${issue.message} at ${v.getDotPath(issue) ?? 'the top'}`).join('\n')
}

/** The same content in today's version, as far as there are steps to it. A damaged file is left to the schema to refuse. */
function upgrade(content: unknown, { upgrades = {} }: VersionedFile): unknown {
  let current = content
  try {
    for (;;) {
      const { schemaVersion } = current as { schemaVersion: number }
      // A version called 'constructor' has no step; what all objects inherit is none.
      if (!Object.hasOwn(upgrades, schemaVersion)) return current
      current = upgrades[schemaVersion]!(current as Record<string, unknown>)
    }
  } catch {
    return content
  }
}
