// The harness, folded out of a profile.
import { categoryOf } from '../model/category.ts'
import type { CpuProfile } from '../model/model.ts'
import { DROPPED, type Regrown, regrow } from './regrow.ts'

/**
 * Folds what measures away: the root of the result is the scenario's op, and the stacks below it start with the
 * scenario's own code. What the harness itself cost is dropped, with all that it called but the op, and idle time too.
 * After an `await` the harness is no longer on the stack; such stacks are the op's and stay as they are.
 */
export function foldHarness(profile: CpuProfile, rootName: string): Regrown {
  const categories = profile.frames.map((frame) => categoryOf(frame))
  /** Per node whether its function is the harness's, or was called by it without the op in between. */
  const isHarness = new Uint8Array(profile.nodeFrame.length)
  const isIdle = new Uint8Array(profile.nodeFrame.length)
  return regrow(profile, rootName, (tree, node, parent) => {
    const frame = profile.nodeFrame[node]!
    const category = categories[frame]!
    const caller = profile.nodeParent[node]!
    if (caller < 0) return 0
    const isCalledByHarness = isHarness[caller] === 1
    if (category === 'harness' || (isCalledByHarness && isEngine(category))) {
      isHarness[node] = 1
      return DROPPED
    }
    // With its collections: while a thread waits, V8 tidies up after whoever it likes.
    if (category === 'idle' || isIdle[caller] === 1) {
      isIdle[node] = 1
      return DROPPED
    }
    return tree.child(isCalledByHarness || parent === DROPPED ? 0 : parent, frame)
  })
}

/** Clocks, queues and collections: nobody's op starts with one. */
function isEngine(category: ReturnType<typeof categoryOf>): boolean {
  return category === 'node' || category === 'native' || category === 'gc' || category === 'program'
}
