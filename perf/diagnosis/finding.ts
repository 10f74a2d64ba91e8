// What a diagnosis says: one cause of an op's cost, its number, its place, and what to try.
import type { CostPart } from './evidence.ts'

/** What rules there are, by the name of what they find. */
export const FINDING_CODES = [
  'gc',
  'linear-search',
  'repeated-call',
  'json-clone',
  'json-again',
  'deopt-loop',
  'megamorphic',
  'await-hops',
  'console',
  'sync-io',
  'regular-expression',
  'waiting',
  'event-loop',
  'http-body',
  'http-headers',
  'http-etag',
  'http-writes',
] as const
export type FindingCode = (typeof FINDING_CODES)[number]

/** One cause of what an op costs. */
export interface OpFinding extends CostPart {
  readonly code: FindingCode
  /** Of the op, 0 to 1. */
  readonly share: number
}

/** Findings beyond these are of parts of an op that nobody should look at first. */
export const MOST_FINDINGS = 3
