// Failures that are expected: told by a code, facts and a hint, without a stack.
/** What can go wrong by a user's hand or a machine's, and is told without a stack. */
export type ErrorCode =
  | 'no-suite'
  | 'bad-suite'
  | 'bad-config'
  | 'mixed-versions'
  | 'no-scenario'
  | 'bad-target'
  | 'bad-option'
  | 'bad-event'
  | 'bad-baseline'
  | 'bad-result-file'
  | 'bad-profile'
  | 'no-baseline'
  | 'no-commit'
  | 'no-git'
  | 'no-gh'
  | 'cannot-install'
  | 'unfit-baseline'
  | 'cannot-write'
  | 'bad-command'
  | 'bad-server'

/** An expected failure: facts in the message, what to type next in the hint. Ends a command with exit code 2. */
export class FlamegateError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'FlamegateError'
    this.code = code
    this.hint = options.hint
  }
}

/** The text of whatever was thrown; the message of an error is what its maker put there. */
export function messageOf(thrown: unknown): string {
  return String(thrown instanceof Error ? thrown.message : thrown)
}
