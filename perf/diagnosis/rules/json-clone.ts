// Copies that are made by way of text, or of the algorithm that sends values to other threads.
import { formatCalls } from '../../../profile/model/format.ts'
import { callSites, placeOf, type Rule, timeOfLines } from '../rule.ts'

export const jsonClone: Rule = {
  code: 'json-clone',
  leastShare: 0.15,
  find(evidence) {
    const isClone = (callee: string, wraps: string | null) =>
      callee === 'structuredClone' || (callee === 'JSON.parse' && wraps === 'JSON.stringify')
    return callSites(evidence, ({ callee, wraps }) => isClone(callee, wraps)).map(({ frame, site }) => ({
      ...placeOf({ ...frame, line: site.line }),
      nsPerOp: timeOfLines(evidence, frame, site),
      message: `a whole value is copied with ${site.wraps === null ? site.callee : 'JSON.parse(JSON.stringify(…))'}, ${formatCalls(site.timesPerOp)}× per op`,
      cure: 'copy only what changes, { ...value, field }, or keep the value unchanged and share it',
    }))
  },
}
