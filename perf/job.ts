import type { HttpPorts } from './http/server.ts'
import type { ForkMeasurement, MeasurePlan } from './measure.ts'

interface JobBase {
  readonly suiteFile: string
  readonly scenarioId: string
  readonly targetEntry: string
}

/** What a child process is told to do, in its first message. */
export type Job =
  | (JobBase & { readonly kind: 'micro'; readonly plan: MeasurePlan })
  | (JobBase & { readonly kind: 'http-server' })
  | (JobBase & { readonly kind: 'http-client'; readonly plan: MeasurePlan; readonly ports: HttpPorts })

/** What a child process answers, once. */
export type Answer =
  | { readonly kind: 'listening'; readonly ports: HttpPorts }
  | { readonly kind: 'measured'; readonly measurement: ForkMeasurement }
  | { readonly kind: 'failed'; readonly reason: string; readonly stack: string | undefined }
