// Counters beside time: exact, so that any other number is a change.
import type { Counters } from '../suite/scenario.ts'

/** What a counter counts, from its name. */
export type CounterUnit = 'bytes' | 'ns' | 'count'

/** One counter of a scenario, per op. Shown, not gated: a patch grows for good reasons, and no limit was agreed. */
export interface CounterResult {
  readonly name: string
  readonly unit: CounterUnit
  readonly perOp: number
  /** Null where the baseline has no such counter. */
  readonly baselinePerOp: number | null
}

/** The unit that stands at the end of a counter's name. */
function unitOfCounter(name: string): CounterUnit {
  if (name.endsWith('Bytes')) return 'bytes'
  return name.endsWith('Ns') ? 'ns' : 'count'
}

/** Counters of a scenario beside the baseline's, by name in the order in which the scenario counts them. */
export function compareCounters(baseline: Counters | null, candidate: Counters): CounterResult[] {
  return Object.entries(candidate).map(([name, perOp]) => ({
    name,
    unit: unitOfCounter(name),
    perOp,
    baselinePerOp: baseline?.[name] ?? null,
  }))
}

/** Whether a counter differs from the baseline's. */
export function counterChanged({ perOp, baselinePerOp }: CounterResult): boolean {
  return baselinePerOp !== null && perOp !== baselinePerOp
}
