// What a run is asked for, and what it needs from outside.

import type { Revision } from '../git/revision.ts'
import type { CodeReader } from '../identity/scenario-code.ts'
import type { ProfileRunner } from '../profiling/pass.ts'
import type { AskedCommand } from '../suite/command/asked.ts'
import type { Shard } from '../suite/filter.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import type { Effort } from './durations.ts'
import type { ForkRunner } from './methods/fork.ts'
import type { PairRunner } from './methods/pair.ts'
import type { GateProver } from './proof/proof.ts'
import type { LockstepReference, Reference } from './reference.ts'

/** What a run is asked to do. */
export interface RunRequest extends Effort {
  readonly id: string
  /** The project's folder. */
  readonly root: string
  readonly target: string | null
  readonly filters: readonly string[]
  readonly scenarios: readonly DiscoveredScenario[]
  /** The server that they ask, where they are in no perf file. */
  readonly command?: AskedCommand | undefined
  /** Which part of all scenarios these are; missing where they are all. */
  readonly shard?: Shard | undefined
  readonly seed: number
  /** Overrides how long a fork may take, ms. */
  readonly timeoutMs: number | undefined
  readonly isStrict: boolean
  readonly reference: Reference
  /** Forks of every scenario that is not compared, only shown. */
  readonly tableForks: number
  /** Whether scenarios that run the baseline's code are measured all the same: for the table, and as the run's controls. */
  readonly measuresUnchanged: boolean
  /** Whether forks are added where a comparison is not clear; a run that only shows one adds none. */
  readonly mayAddForks: boolean
}

/** Where a run is: `done` of `total` forks, and what comes now. */
export interface Progress {
  readonly stage:
    | 'identifying'
    | 'identifying the baseline'
    | 'measuring'
    | 'repeating'
    | 'confirming'
    | 'widening'
    | 'profiling'
    | 'proving'
  readonly scenarioId: string
  readonly done: number
  readonly total: number
  readonly leftMs: number | null
}

/** What a run needs from outside; tests bring their own. */
export interface RunSeams {
  readonly runFork: ForkRunner
  readonly runPair: PairRunner
  /** Undefined where nothing is known of code, so that all of it counts as changed. */
  readonly readCode?: CodeReader | undefined
  /** Undefined for a run without profiles. */
  readonly runProfiles: ProfileRunner | undefined
  /**
   * Brings the baseline's own code, to find out what made a scenario slower than its stored numbers. Undefined where that is
   * not asked for. Rejects with a FlamegateError where it cannot be had.
   */
  readonly openBaseline?: (() => Promise<LockstepReference>) | undefined
  /** Undefined for a run on which nothing hangs. */
  readonly proveGate: GateProver | undefined
  /** The measured code as git knows it, by its folder; git is asked where this is left out. */
  readonly readRevision?: (folder: string) => Promise<Revision | null>
  readonly signal: AbortSignal
  onProgress(progress: Progress): void
}
