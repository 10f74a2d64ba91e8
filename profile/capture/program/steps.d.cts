// Types of steps.cjs.
import type { ScriptCoverage } from '../../source/source-functions.ts'

/** A method of the debugging protocol with its parameters. */
export type Step = readonly [method: string, params?: object]

/** A script as its process has it. */
export interface RecordedScript {
  /** As the profile names it: a URL, or a bare path. */
  readonly url: string
  /** What its last `sourceMappingURL` says. */
  readonly sourceMapURL: string
  readonly text: string
}

/** What a thread did. */
export interface RecordedParts {
  /** As V8 gives it. */
  readonly profile: object
  /** Those that name a source map, as far as they may not be what is on the disk. */
  readonly scripts: readonly RecordedScript[]
  /** Functions that ran, as far as V8 still knows them; how often is a guess. */
  readonly coverage: readonly ScriptCoverage[]
}

export function beginRecording(intervalUs: number): Generator<Step, void, unknown>
export function finishRecording(parsed: ReadonlyMap<string, object>): Generator<Step, RecordedParts, unknown>
