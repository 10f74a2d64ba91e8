import type { CpuProfile } from './model.ts'
import { selfTimeByNode, type TimeWindow, totalTimeByNode } from './self-time.ts'

/** What one function cost, in microseconds of the window. */
export interface FunctionTime {
  /** An index into the profile's frames. */
  readonly frame: number
  readonly selfUs: number
  /** Self time and that of its callees; a recursive function counts once a stack. */
  readonly totalUs: number
}

/** Every function with any time, the one with the most self time first; self times add up to the window. */
export function functionTimes(profile: CpuProfile, window?: TimeWindow): FunctionTime[] {
  const selfByNode = selfTimeByNode(profile, window)
  const totalByNode = totalTimeByNode(profile, selfByNode)
  const self = new Float64Array(profile.frames.length)
  const total = new Float64Array(profile.frames.length)
  for (const [node, frame] of profile.nodeFrame.entries()) {
    self[frame]! += selfByNode[node]!
    if (!isInsideItself(profile, node)) total[frame]! += totalByNode[node]!
  }
  return Array.from(self, (selfUs, frame) => ({ frame, selfUs, totalUs: total[frame]! }))
    .filter(({ totalUs }) => totalUs > 0)
    .sort((a, b) => b.selfUs - a.selfUs || b.totalUs - a.totalUs || a.frame - b.frame)
}

/** Whether the node's function is also among its callers. */
function isInsideItself({ nodeFrame, nodeParent }: CpuProfile, node: number): boolean {
  const frame = nodeFrame[node]
  for (let at = nodeParent[node]!; at >= 0; at = nodeParent[at]!) {
    if (nodeFrame[at] === frame) return true
  }
  return false
}
