// What the measured code is compared with.
import type { Revision } from '../git/revision.ts'
import type { BaselineRow } from '../results/baseline.ts'
import type { StoredCode } from '../results/stored-code.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import type { GateReference } from '../verdict/gate.ts'

/** What the measured code is compared with. */
export type Reference =
  /** What baseline.json says of its code, and the code itself where that differs: the seams of a run open it. */
  | {
      readonly kind: 'baseline'
      /** Null in a file that knew none. */
      readonly code: StoredCode | null
      /** This environment's numbers, to see how far the machine moved. */
      readonly row: BaselineRow | undefined
      readonly commit: Revision | null
      /** Of the scenarios that it has. */
      readonly ids: readonly string[]
    }
  /** This environment's numbers alone. */
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
export function toGateReference(reference: Reference, live: LockstepReference | undefined): GateReference {
  switch (reference.kind) {
    case 'baseline':
      return { kind: 'baseline', commit: live?.commit ?? reference.commit, ids: reference.ids }
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
