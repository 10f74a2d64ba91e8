// Functions whose optimised code V8 throws away again and again.
import { sumOf } from '../../../profile/model/sum.ts'
import type { DeoptEvidence } from '../evidence.ts'
import { placeOf, type Rule } from '../rule.ts'

/** In a few dozen milliseconds of warm ops. */
const FEWEST_TIMES = 4
/** V8's words for what it does not tell the reason of: code of others changed. */
const UNTOLD = ['(unknown)', 'code dependencies']

export const deoptLoop: Rule = {
  code: 'deopt-loop',
  leastShare: 0.15,
  find({ frames, nodeFrame, nodeNs, watched }) {
    const deopts = watched?.deopts ?? []
    return [...new Set(deopts.map(({ frame }) => frame))].flatMap((frame) => {
      const ofFrame = deopts.filter((deopt) => deopt.frame === frame).sort((a, b) => b.times - a.times)
      const times = sumOf(ofFrame.map((deopt) => deopt.times))
      if (times < FEWEST_TIMES) return []
      return [
        {
          ...placeOf({ ...frames[frame]!, line: ofFrame[0]!.line }),
          nsPerOp: sumOf(nodeNs.map((ns, node) => (nodeFrame[node] === frame ? ns : 0))),
          message: `V8 threw its optimised code away ${times} times while warm ops ran: ${reasonOf(ofFrame)}`,
          cure: 'keep what it relies on as it is: the same kinds of values in a variable, the same fields, methods and parents of a class',
        },
      ]
    })
  },
}

function reasonOf(deopts: readonly DeoptEvidence[]): string {
  const told = deopts.find(({ reason }) => !UNTOLD.includes(reason))
  return told?.reason ?? 'a class or object that it was made for changed'
}
