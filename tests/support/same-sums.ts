// Whether what was read of a profile costs what its file says.
import assert from 'node:assert/strict'
import type { OpenedProfile } from '../../profile/import/document.ts'
import { functionCosts } from '../../profile/model/functions.ts'
import { selfTimeByNode } from '../../profile/model/self-time.ts'
import { nameOfFrame } from './independent-sums.ts'

/** Self costs by function, as they were read; files by their URLs, as V8 writes most of them. */
export function costsByName(opened: OpenedProfile): Map<string, number> {
  const [tree, self] =
    opened.kind === 'cpu'
      ? [opened.profile, selfTimeByNode(opened.profile)]
      : [opened.heap.tree, opened.heap.selfBytes]
  const sums = new Map<string, number>()
  for (const { frame, self: cost } of functionCosts(tree, self)) {
    const name = nameOfFrame(tree.frames[frame]!)
    if (cost !== 0) sums.set(name, (sums.get(name) ?? 0) + cost)
  }
  return sums
}

/** The same functions with the same costs, to a millionth. */
export function assertSameSums(actual: Map<string, number>, expected: Map<string, number>): void {
  assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort())
  for (const [name, value] of expected) {
    const error = Math.abs(actual.get(name)! - value)
    assert.ok(error <= 1e-5 * value + 1e-3, `${name}: ${actual.get(name)}, not ${value}`)
  }
}
