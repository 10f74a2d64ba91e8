import type { ErrorCode } from './errors.ts'
import type { HttpPorts } from './http/server.ts'
import type { ForkMeasurement, MeasurePlan } from './measure.ts'
import type { PlannedScenario } from './suite.ts'

interface ScenarioJob {
  readonly suiteFile: string
  readonly scenarioId: string
  readonly targetEntry: string
}

/** What a child process is told to do, in its first message. */
export type Job =
  | { readonly kind: 'describe'; readonly suiteFile: string; readonly targetDirectory: string | undefined }
  | (ScenarioJob & { readonly kind: 'micro'; readonly plan: MeasurePlan })
  | (ScenarioJob & { readonly kind: 'http-server' })
  | (ScenarioJob & { readonly kind: 'http-client'; readonly plan: MeasurePlan; readonly ports: HttpPorts })

/** What a child process answers, once. */
export type Answer =
  | { readonly kind: 'described'; readonly planned: readonly PlannedScenario[] }
  | { readonly kind: 'listening'; readonly ports: HttpPorts }
  | { readonly kind: 'measured'; readonly measurement: ForkMeasurement }
  | {
      readonly kind: 'failed'
      readonly reason: string
      /** Of a failure that is the user's to mend, not the scenario's. */
      readonly code: ErrorCode | undefined
      readonly hint: string | undefined
    }
