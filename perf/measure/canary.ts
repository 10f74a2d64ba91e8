// Fixed pieces of work that are timed between slices of the measured work: how fast the machine is at that moment.
import { clock } from './clock.ts'

/**
 * Canaries: fixed pieces of work of about 0.1 ms, timed between slices of the measured work. How long one takes is how
 * fast the machine is at that moment, for work of its kind. Neighbours slow JSON and allocation by a factor at which an
 * integer loop is hardly slower, so there is one for each kind, and per scenario the one that follows it best is used.
 */
export const PROCESS_CANARIES = ['json', 'allocation', 'integer', 'memory'] as const
/** `loopback` is the mean of some exchanges with a bare `node:http` JSON endpoint in the server's process, for HTTP scenarios. */
export type CanaryName = (typeof PROCESS_CANARIES)[number] | 'loopback'
/** Raised when a canary's work changes: numbers normalised by another one cannot be compared. */
export const CANARY_VERSION = 1
export type CanaryTimes = Readonly<Partial<Record<CanaryName, number>>>

/**
 * The machine speed to which normalised numbers are scaled: one on which each canary takes this long, ns. About what
 * the project's reference machine takes, so that normalised numbers can be read like raw ones.
 */
export const REFERENCE_NS: Readonly<Record<CanaryName, number>> = {
  json: 100_000,
  allocation: 100_000,
  integer: 100_000,
  memory: 100_000,
  loopback: 25_000,
}

/** Keeps the canaries' results, so that no compiler removes the work. */
const sink: { last: unknown } = { last: undefined }

/** Times each canary of this process once, in ns. */
export function timeProcessCanaries(): CanaryTimes {
  chain ??= makeChain(LINES)
  const times: Partial<Record<CanaryName, number>> = {}
  for (const name of PROCESS_CANARIES) {
    const start = clock.now()
    sink.last = CANARIES[name]()
    times[name] = (clock.now() - start) * 1e6
  }
  return times
}

const CANARIES: Readonly<Record<(typeof PROCESS_CANARIES)[number], () => unknown>> = {
  json: jsonCanary,
  allocation: allocationCanary,
  integer: integerCanary,
  memory: memoryCanary,
}

/** As they were before anybody watched them: what canaries do is nothing of the program's. */
const { parse, stringify } = JSON
const DOCUMENT = stringify(
  Array.from({ length: 140 }, (_, i) => ({
    id: `item-${i}`,
    title: `Item number ${i}`,
    done: i % 2 === 0,
    rank: i,
  })),
)

function jsonCanary(): unknown {
  let last: unknown
  for (let i = 0; i < 2; i++) last = stringify(parse(DOCUMENT))
  return last
}

function allocationCanary(): unknown {
  const map = new Map<number, { id: number; tags: number[] }>()
  for (let i = 0; i < 3_500; i++) map.set(i, { id: i, tags: [i, i + 1] })
  let sum = 0
  for (const { id, tags } of map.values()) sum += id + tags.length
  return sum
}

function integerCanary(): number {
  let x = 1
  for (let i = 0; i < 84_000; i++) x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff
  return x
}

const LINE_WORDS = 16
const LINES = 65_536
/** Made when it is first needed: a process whose canaries nobody asks for is spared the work. */
let chain: Int32Array | undefined
let position = 0

/** Follows a chain of pointers through 4 MB, each on a cache line of its own. */
function memoryCanary(): number {
  const lines = chain!
  let at = position
  for (let i = 0; i < 700; i++) at = lines[at]!
  position = at
  return at
}

/** One cycle through all lines in an order that no prefetcher guesses: steps of a full-period linear congruence. */
function makeChain(lines: number): Int32Array {
  const chain = new Int32Array(lines * LINE_WORDS)
  let line = 0
  for (let i = 0; i < lines; i++) {
    const next = (Math.imul(line, 1_664_525) + 1_013_904_223) & (lines - 1)
    chain[line * LINE_WORDS] = next * LINE_WORDS
    line = next
  }
  return chain
}
