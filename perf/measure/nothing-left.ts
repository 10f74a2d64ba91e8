// Whether anything is left of an op once V8 has seen through it.
import { clock } from './clock.ts'

type Op = (state: unknown, index: number) => unknown
type Loop = (op: Op, state: unknown, ops: number, results: unknown[]) => void

const OPS = 20_000
const ROUNDS = 20
/** Ops that return their input lie 10 % above an empty one, a square root at three times as much. */
const MOST_RATIO = 1.3

/**
 * Whether an op costs no more than one that is empty, both called as the harness calls ops, results kept. For ops of some
 * nanoseconds, which are called 400,000 times; to be asked when nothing is timed any more.
 */
export function costsNothing(op: (state: never, index: number) => unknown, state: unknown): boolean {
  const [loop, emptyLoop] = [makeLoop(), makeLoop()]
  if (loop === undefined || emptyLoop === undefined) return false
  // Whatever disturbs a round only makes it slower.
  let [least, leastOfEmpty] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < ROUNDS; round++) {
    least = Math.min(least, timeLoop(loop, op as Op, state))
    leastOfEmpty = Math.min(
      leastOfEmpty,
      timeLoop(emptyLoop, () => {}, state),
    )
  }
  return least < leastOfEmpty * MOST_RATIO
}

function timeLoop(loop: Loop, op: Op, state: unknown): number {
  const results = [undefined, undefined]
  const start = clock.now()
  loop(op, state, OPS, results)
  return clock.now() - start
}

let made = 0

/**
 * A function of its own each time, also to V8, which takes the same text for the same function: it remembers of one function
 * which op it called, and inlines only where that was always the same. Undefined where code may not be made from text.
 */
function makeLoop(): Loop | undefined {
  const body = `/* ${made++} */ for (let i = 0; i < ops; i++) results[i & 1] = op(state, i)`
  try {
    return new Function('op', 'state', 'ops', 'results', body) as Loop
  } catch {
    return undefined
  }
}
