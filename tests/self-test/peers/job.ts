// What a tool is asked.
import type { HttpPorts } from '../../../perf/measure/http/server.ts'

/** Two versions of one scenario, as a peer is given them. */
export interface PeerJob {
  readonly suiteFile: string
  readonly scenarioId: string
  /** The file that stands for the measured package, of each version. */
  readonly entries: readonly [baseline: string, candidate: string]
  /** Where each version's server listens, for HTTP. */
  readonly ports: readonly HttpPorts[] | undefined
  /** For all measuring and warming up, ms. */
  readonly timeMs: number
}

/** What a peer reports of one version. */
export interface PeerSide {
  /** Of whatever it reports first: its mean, or the mean of one run. */
  readonly meanNs: number
  /** Standard error of that mean, by the peer's own samples; null where it has none. */
  readonly errorNs: number | null
  readonly degrees: number
}

export type PeerSides = readonly [baseline: PeerSide, candidate: PeerSide]
