// What parent and child say to each other.
import type { Observations, ObserverKind } from '../../profile/capture/observer.ts'
import type { TimeWindow } from '../../profile/model/self-time.ts'
import type { ErrorCode } from '../errors.ts'
import type { CountedOps } from '../measure/count.ts'
import type { HttpPorts } from '../measure/http/server.ts'
import type { ForkMeasurement, MeasurePlan, ObservedCost } from '../measure/measure.ts'
import type { SideRequest } from '../measure/side.ts'
import type { DiscoveredScenario } from '../suite/load.ts'

interface ScenarioJob {
  readonly suiteFile: string
  readonly scenarioId: string
  readonly targetEntry: string
  /** Where the process works; undefined for where it was started. */
  readonly workingFolder: string | undefined
  /** What is watched beside the work, in a process that is not timed for its own sake. */
  readonly observe: ObserverKind | undefined
}

/** What is told to the process that measures. */
export interface MeasureJob {
  readonly plan: MeasurePlan
  /** Whether it says when all is loaded, and a handler warm, and waits for a {@link BeginRequest}. */
  readonly waits: boolean
}

/** What a child process is told to do, in its first message. */
export type Job =
  | {
      readonly kind: 'discover'
      readonly suiteFile: string
      readonly root: string
      readonly targetDirectory: string | undefined
      readonly workingFolder: string | undefined
    }
  | { readonly kind: 'probe'; readonly scenarios: readonly DiscoveredScenario[] }
  | (ScenarioJob & MeasureJob & { readonly kind: 'micro' })
  | (ScenarioJob & { readonly kind: 'http-server' })
  | (ScenarioJob & MeasureJob & { readonly kind: 'http-client'; readonly ports: HttpPorts })
  | (ScenarioJob & { readonly kind: 'micro-side' })
  | (ScenarioJob & { readonly kind: 'http-sides'; readonly ports: readonly HttpPorts[] })

/** What follows a job that opened sides of a pair: requests, each to one of the sides. */
export interface TurnRequest {
  readonly kind: 'turn'
  /** Of the answer, too. */
  readonly id: number
  readonly side: number
  readonly request: SideRequest
}

/** What follows a job that waits: it is to begin. */
export interface BeginRequest {
  readonly kind: 'begin'
}

/** What follows the job: the process shall end by itself, so that a profiler can write what it has. */
export interface EndRequest {
  readonly kind: 'end'
}

/** What a child process answers: once to its job, once to every turn, once to the request to end. */
export type Answer =
  /** A sign of life while ops are slow: it answers later. */
  | { readonly kind: 'working' }
  | { readonly kind: 'discovered'; readonly discovered: readonly DiscoveredScenario[] }
  | { readonly kind: 'probed'; readonly urls: readonly string[] }
  | { readonly kind: 'listening'; readonly ports: HttpPorts }
  | { readonly kind: 'measured'; readonly measurement: ForkMeasurement }
  | {
      readonly kind: 'observed'
      readonly cost: ObservedCost
      /** When ops ran, on the clock of the measured process. */
      readonly windows: readonly TimeWindow[]
    }
  | { readonly kind: 'ready' }
  | { readonly kind: 'turned'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'counted'; readonly counted: CountedOps }
  | { readonly kind: 'ended'; readonly observations: Observations | null }
  | {
      readonly kind: 'failed'
      readonly reason: string
      /** Of a failure that is the user's to mend, not the scenario's. */
      readonly code: ErrorCode | undefined
      readonly hint: string | undefined
    }
