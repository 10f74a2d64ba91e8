// The count pass: ops under V8's exact counters, and then under its heap sampler.
import type { Workload } from './workload.ts'

/** How many ops were watched, and how. */
export interface CountedOps {
  /** Between start and stop of counting. */
  readonly calls: number
  /** Between start and stop of heap sampling. */
  readonly heap: number
}

/** Ops between start and stop of counting. Divisible by whatever small number of inputs a scenario takes in turn. */
const COUNTED_OPS = 240
/** Slow ops are counted fewer times, but no fewer than this. */
const FEWEST_OPS = 4
const COUNT_MS = 1_000
/** Coverage throws optimised code away; before allocations are watched, ops run again for so long. */
const WARM_MS = 60
const HEAP_MS = 80

/** Runs a workload's ops to be counted, exactly, and then to have their allocations sampled. Nothing is timed. */
export async function countOps(workload: Workload): Promise<CountedOps> {
  const start = performance.now()
  await workload.runOps(1)
  const opMs = performance.now() - start
  const calls = Math.max(FEWEST_OPS, Math.min(COUNTED_OPS, Math.floor(COUNT_MS / opMs)))
  await workload.observe('start-counts')
  await workload.runOps(calls)
  await workload.observe('stop-counts')
  await runFor(workload, WARM_MS)
  await workload.observe('start-heap')
  const heap = await runFor(workload, HEAP_MS)
  await workload.observe('stop-heap')
  return { calls, heap }
}

/** Ops run in that time. */
async function runFor(workload: Workload, ms: number): Promise<number> {
  const end = performance.now() + ms
  let ops = 0
  for (let batch = 1; performance.now() < end; batch = Math.min(64, batch * 2)) {
    await workload.runOps(batch)
    ops += batch
  }
  return ops
}
