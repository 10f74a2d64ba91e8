// The same JSON text, read or written several times by one op.
import { formatBytes, formatCalls, formatPercent } from '../../../profile/model/format.ts'
import { sumOf } from '../../../profile/model/sum.ts'
import { callSites, placeOf, type Rule, timeOfLines } from '../rule.ts'

/** Of the calls of an op. */
const LEAST_REPEATED = 0.3

export const jsonAgain: Rule = {
  code: 'json-again',
  leastShare: 0.15,
  find(evidence) {
    return (evidence.watched?.repeats ?? []).flatMap(({ name, calls, again, meanLength }) => {
      const sites = callSites(evidence, ({ callee }) => callee === name)
      const perOp = sumOf(sites.map(({ site }) => site.timesPerOp))
      // What came before the calls of this op belonged to the op before, which may work on the same.
      const repeated = sumOf(again.slice(0, Math.max(0, Math.ceil(perOp) - 1))) / Math.max(1, calls)
      const [first] = sites.sort((a, b) => b.site.timesPerOp - a.site.timesPerOp)
      if (first === undefined || repeated < LEAST_REPEATED) return []
      const { frame, site } = first
      return [
        {
          ...placeOf({ ...frame, line: site.line }),
          nsPerOp: repeated * sumOf(sites.map(({ frame, site }) => timeOfLines(evidence, frame, site))),
          message: `${name} runs ${formatCalls(perOp)}× per op, ${formatPercent(repeated)} of them with a text that this op had before, of ${formatBytes(meanLength)}`,
          cure: 'do it once and hand the result on',
        },
      ]
    })
  },
}
