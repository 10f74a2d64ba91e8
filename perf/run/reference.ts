// What the measured code is compared with.
import type { Revision } from '../git/revision.ts'
import type { BaselineRow } from '../results/baseline.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import type { GateReference } from '../verdict/gate.ts'

/** What the measured code is compared with. */
export type Reference =
  | { readonly kind: 'stored'; readonly row: BaselineRow }
  | LockstepReference
  | {
      readonly kind: 'none'
      readonly fact: string
      /** The fact, and what to do about it. */
      readonly problem: string
    }

/** Another version's code, measured in lockstep. */
export interface LockstepReference {
  readonly kind: 'lockstep'
  /** A folder or a commit, as people call it. */
  readonly name: string
  readonly commit: Revision | null
  /** Where its files are. */
  readonly folder: string
  readonly scenarios: readonly DiscoveredScenario[]
}

/** What the gate needs to know of a reference. */
export function toGateReference(reference: Reference): GateReference {
  switch (reference.kind) {
    case 'stored': {
      const { commit, scenarios } = reference.row
      return { kind: 'stored', commit, ids: Object.keys(scenarios) }
    }
    case 'lockstep': {
      const { commit, scenarios } = reference
      return { kind: 'lockstep', commit, ids: scenarios.map(({ scenario }) => scenario.id) }
    }
    case 'none':
      return reference
    default:
      return reference satisfies never
  }
}
