// What a profiler is asked for, and what it may answer.
import type { ResourceLimits } from './keeper.ts'

export const BACKENDS = [
  'cpu-prof',
  'v8-profiler-next',
  'heap-prof',
  '0x',
  'clinic-doctor',
  'clinic-flame',
  'clinic-bubbleprof',
  'clinic-heapprofiler',
] as const
/** A profiler, by the name that `--with` knows it by. */
export type BackendName = (typeof BACKENDS)[number]

/** A scenario as a program for tools that start programs themselves. */
export interface ProfileTarget {
  /** Arguments of Node's: a script that runs the scenario for a while and ends by itself. */
  readonly args: readonly string[]
  /** For HTTP: loads the server as soon as it listens, then tells it to end. Undefined for micro scenarios. */
  readonly load: ((signal: AbortSignal) => Promise<void>) | undefined
}

/** What a foreign tool is asked to do. */
export interface ToolRequest {
  readonly target: ProfileTarget
  /** Of its own, and empty. */
  readonly folder: string
  /** Where packages are looked up from. */
  readonly root: string
  readonly limits: ResourceLimits
  readonly signal: AbortSignal
  /** Source files, at least one of which a result must name to be one: `/packages/nasc-server/src/`. */
  readonly ownCode: string
}

/** What came of it. */
export type ToolResult =
  | {
      readonly kind: 'done'
      readonly files: readonly string[]
      readonly page: string | undefined
      readonly functions: readonly string[]
    }
  /** It ran and has nothing to show; its files are kept. */
  | { readonly kind: 'empty'; readonly reason: string; readonly files: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'missing'; readonly hint: string }
