// Calls in a loop that have the same arguments in every turn.
import { formatCalls } from '../../../profile/model/format.ts'
import type { EvidenceFrame, OpEvidence } from '../evidence.ts'
import { callSites, lastPart, placeOf, type Rule } from '../rule.ts'

/** Turns; a call that is repeated less often is not worth a variable. */
const FEWEST_TIMES = 4

export const repeatedCall: Rule = {
  code: 'repeated-call',
  leastShare: 0.2,
  find(evidence) {
    const isCandidate = ({ isInvariant, timesPerOp }: { isInvariant: boolean; timesPerOp: number }) =>
      isInvariant && timesPerOp >= FEWEST_TIMES
    return callSites(evidence, isCandidate).flatMap(({ frame, site }) => {
      const runs = Math.max(1, frame.callsPerOp ?? 1)
      const turns = site.timesPerOp / runs
      if (turns < FEWEST_TIMES) return []
      const ns = timeOfCallee(evidence, frame, lastPart(site.callee))
      return [
        {
          ...placeOf({ ...frame, line: site.line }),
          nsPerOp: ns * (1 - 1 / turns),
          message: `${site.callee} is called ${formatCalls(site.timesPerOp)}× per op from one line of a loop that changes none of its arguments`,
          cure: 'call it once before the loop, and keep what it answers',
        },
      ]
    })
  },
}

/** Of a function of the program below another one, with all that it calls. */
function timeOfCallee(
  { frames, nodeFrame, nodeParent, nodeNs }: OpEvidence,
  caller: EvidenceFrame,
  name: string,
): number {
  const isInside: boolean[] = []
  let ns = 0
  for (const [node, frame] of nodeFrame.entries()) {
    const parent = nodeParent[node]!
    const isCall =
      parent >= 0 && frames[nodeFrame[parent]!] === caller && frames[frame]!.functionName === name
    isInside[node] = isCall || isInside[parent] === true
    if (isInside[node]) ns += nodeNs[node]!
  }
  return ns
}
