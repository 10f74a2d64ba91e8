// The count pass: ops under V8's exact counters, and then under its heap sampler.

import { clock } from './clock.ts'
import type { Workload } from './workload.ts'

/** How many ops were watched, and how. */
export interface CountedOps {
  /** Between start and stop of counting. */
  readonly calls: number
  /** Between start and stop of heap sampling. */
  readonly heap: number
}

/**
 * Ops between start and stop of counting: the first number is divisible by whatever small number of inputs a scenario takes in turn,
 * the others are for slow ops. Few numbers, so that how fast the machine is today seldom decides which ops are counted.
 */
const COUNTED_OPS = [240, 60, 12, 4]
const COUNT_MS = 2_000
/** Coverage throws optimised code away; before allocations are watched, ops run again for so long. */
const WARM_MS = 60
const HEAP_MS = 80

/** Runs a workload's ops to be counted, exactly, and then to have their allocations sampled. Nothing is timed. */
export async function countOps(workload: Workload): Promise<CountedOps> {
  await workload.runOps(1)
  const start = clock.now()
  await workload.runOps(1)
  const opMs = clock.now() - start
  const calls = COUNTED_OPS.find((ops) => ops * opMs <= COUNT_MS) ?? COUNTED_OPS.at(-1)!
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
  const end = clock.now() + ms
  let ops = 0
  for (let batch = 1; clock.now() < end; batch = Math.min(64, batch * 2)) {
    await workload.runOps(batch)
    ops += batch
  }
  return ops
}
