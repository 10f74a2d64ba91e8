import type { BaselineRow } from '../results/baseline.ts'
import type { DiscoveredScenario } from '../suite/load.ts'

/** What the measured code is held against. */
export type Reference =
  | { readonly kind: 'stored'; readonly row: BaselineRow }
  | LiveReference
  | {
      readonly kind: 'none'
      readonly fact: string
      /** The fact, and what to do about it. */
      readonly problem: string
    }

/** Another version's code, measured in lockstep. */
export interface LiveReference {
  readonly kind: 'live'
  /** A folder or a commit, as people call it. */
  readonly name: string
  readonly commit: string | null
  /** Where its files are. */
  readonly folder: string
  readonly scenarios: readonly DiscoveredScenario[]
}
