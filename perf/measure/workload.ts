// What can be measured in slices.
import type { ObserverCommand } from '../../profile/capture/observer.ts'
import type { TimeWindow } from '../../profile/model/self-time.ts'
import type { Counters } from '../suite/scenario.ts'
import type { CanaryName, CanaryTimes } from './canary.ts'
import type { MemoryUse } from './memory-meter.ts'

/** What the ops of one slice cost. */
export interface SliceCost {
  /** One number a sample, in ns, any order. A sample is `opsPerSample` ops; its number is ns per op. */
  readonly samplesNs: readonly number[]
  /** Wall time of the ops, without what the harness does between them, per op. */
  readonly nsPerOp: number
  /** User and system CPU time of the measured process, per op. */
  readonly cpuNsPerOp: number
}

/**
 * Something that can be measured in slices: a micro scenario in this process, or an HTTP scenario through a load client
 * here and a server in another process.
 */
export interface Workload {
  readonly canaryNames: readonly CanaryName[]
  /** How many samples a slice should have at least; a closed loop needs some for each connection. */
  readonly minSliceSamples: number
  /** How long a slice should be, ms: the shortest at which its cost is no longer mostly chance. */
  readonly sliceMs: number
  /** The same where two versions take turns: long enough for the collections that its ops cause to be in every one. */
  readonly turnMs: number
  /**
   * Where normalised percentiles are taken: in each quiet slice, of which the median counts; or over all samples of the
   * quieter slices together, where a slice has too few for a P95 of its own. On a 2-core machine the P95 of a micro
   * fork varied by 2 % in the first way and by 10 to 20 % in the second, that of an HTTP fork by 13 % and 6 %.
   */
  readonly percentileScope: 'slice' | 'fork'
  /** Timed, with nothing else going on in the measured process. */
  runSlice(samples: number): Promise<SliceCost>
  /** The same ops once more, not timed but with the heap watched. */
  runMemorySlice(samples: number): Promise<MemoryUse>
  /** What the harness itself does to the heap in such a slice: one of empty ops. Missing where that is nothing. */
  runEmptyMemorySlice?(samples: number): Promise<MemoryUse>
  /** Whether an op costs no more than an empty one. Asked last of all. */
  isNothingLeft?(): boolean
  /** The same ops, nothing watched and no result checked. */
  runOps(ops: number): Promise<void>
  /** Tells the measured process what to watch from now on. */
  observe(command: ObserverCommand): Promise<void>
  /** When the slices so far ran, in microseconds of the measured process's monotonic clock. */
  windows(): TimeWindow[]
  timeCanaries(): Promise<CanaryTimes>
  /** Ops timed together as one sample because one alone is below the clock's resolution. */
  readonly opsPerSample: number
  /** Decides what a sample is, and how many a slice has at least, once the code is warm. */
  calibrate?(nsPerOp: number): void
  /** What the scenario counts, per op, exact over the same ops in every fork; empty where it counts nothing. */
  readonly counters: Counters
  /** Share of one core that the load client used while it ran slices, 0 to 1; null where there is no client. */
  readonly clientBusyShare: number | null
  close(): Promise<void>
}
