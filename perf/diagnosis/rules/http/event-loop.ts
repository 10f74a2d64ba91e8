// Servers that work for so long at a time that nobody else is answered meanwhile.
import { formatTime } from '../../../../profile/model/format.ts'
import type { OpEvidence } from '../../evidence.ts'
import { placeOf, type Rule } from '../../rule.ts'

/** One answer in a hundred that waits this long is felt. */
const LONGEST_DELAY_NS = 20e6
/** A process that works less than this for a request waits for its turn on the machine, and blocks nobody. */
const LEAST_WORK_NS = 5e6

export const eventLoop: Rule = {
  code: 'event-loop',
  leastShare: 0.3,
  find(evidence) {
    const { kind, watched, nsPerOp, waitingNs } = evidence
    const delayNs = watched?.loopDelayNs ?? 0
    const isBlocked = delayNs >= LONGEST_DELAY_NS && nsPerOp - waitingNs >= LEAST_WORK_NS
    if (kind !== 'http' || !isBlocked) return []
    const most = costliestOwn(evidence)
    if (most === undefined) return []
    return [
      {
        ...placeOf(evidence.frames[most.frame]!),
        nsPerOp: most.ns,
        message: `everybody else waits while it works: up to ${formatTime(delayNs)} (P99 of the event loop’s delay)`,
        cure: 'do it in parts with setImmediate between them, in a worker thread, or once for many requests',
      },
    ]
  },
}

/** Where most of the program's own work is done; what Node does for it is for other rules. */
function costliestOwn({ frames, nodeFrame, nodeNs }: OpEvidence): { frame: number; ns: number } | undefined {
  const self = new Map<number, number>()
  for (const [node, frame] of nodeFrame.entries()) {
    const { category } = frames[frame]!
    if (category === 'app' || category === 'dependency')
      self.set(frame, (self.get(frame) ?? 0) + nodeNs[node]!)
  }
  const [most] = [...self].sort(([, a], [, b]) => b - a)
  return most && { frame: most[0], ns: most[1] }
}
