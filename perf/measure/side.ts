// One of two versions that are measured in turns, here or in another process.
import { type ForkMeasurement, finishMeasurement, type OpCost, rawCost } from './measure.ts'
import { type Slice, SliceSeries, samplesFor, type Warmth, type WarmupPlan, warmUp } from './slice-series.ts'
import type { Workload } from './workload.ts'

/** One of two versions that are measured in turns. While one works, the other waits. */
export interface Side {
  /** Resolves with what an op costs by then, ns. */
  warmUp(plan: WarmupPlan): Promise<number>
  /** Decides how long a slice is, from a cost per op in ns that is the same for both sides. */
  settle(nsPerOp: number): Promise<undefined>
  /** Resolves with what the slice cost. */
  runSlice(): Promise<OpCost>
  /** What all its slices say, taken as one fork. */
  finish(): Promise<ForkMeasurement>
}

/** What a side can be asked for, as a message. */
export type SideRequest =
  | { readonly ask: 'warm-up'; readonly plan: WarmupPlan }
  | { readonly ask: 'settle'; readonly nsPerOp: number }
  | { readonly ask: 'slice' }
  | { readonly ask: 'finish' }

/** Sides are compared with each other: canaries only serve what is shown of each, and take time from the turns. */
const CANARIES_LAST_MS = 150

/** A side whose workload is in this process. */
export class LocalSide implements Side {
  readonly #workload: Workload
  readonly #series: SliceSeries
  readonly #slices: Slice[] = []
  #warmth: Warmth | undefined
  #samples = 1

  constructor(workload: Workload) {
    this.#workload = workload
    this.#series = new SliceSeries(workload, CANARIES_LAST_MS)
  }

  async warmUp(plan: WarmupPlan): Promise<number> {
    this.#warmth = await warmUp(this.#series, this.#workload, plan)
    return this.#warmth.nsPerOp
  }

  async settle(nsPerOp: number): Promise<undefined> {
    this.#workload.calibrate?.(nsPerOp)
    this.#samples = samplesFor(this.#workload, this.#workload.turnMs, nsPerOp)
    return undefined
  }

  async runSlice(): Promise<OpCost> {
    const slice = await this.#series.next(this.#samples)
    this.#slices.push(slice)
    const { maxNs: _, ...cost } = rawCost([slice])
    return cost
  }

  async finish(): Promise<ForkMeasurement> {
    if (this.#warmth === undefined) throw new Error('a side was finished before it was warm')
    const measurement = await finishMeasurement(this.#workload, this.#warmth, this.#slices, this.#samples)
    await this.#workload.close()
    return measurement
  }
}

/** Does what a message asks a side for. */
export function serveSide(
  side: Side,
  request: SideRequest,
): Promise<number | undefined | OpCost | ForkMeasurement> {
  switch (request.ask) {
    case 'warm-up':
      return side.warmUp(request.plan)
    case 'settle':
      return side.settle(request.nsPerOp)
    case 'slice':
      return side.runSlice()
    case 'finish':
      return side.finish()
    default:
      return request satisfies never
  }
}

/** A side somewhere else, reached by messages. */
export function remoteSide(send: (request: SideRequest) => Promise<unknown>): Side {
  return {
    warmUp: (plan) => send({ ask: 'warm-up', plan }) as Promise<number>,
    settle: (nsPerOp) => send({ ask: 'settle', nsPerOp }) as Promise<undefined>,
    runSlice: () => send({ ask: 'slice' }) as Promise<OpCost>,
    finish: () => send({ ask: 'finish' }) as Promise<ForkMeasurement>,
  }
}
