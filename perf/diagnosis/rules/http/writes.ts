// Servers that write one answer in many small parts.
import { formatCalls } from '../../../../profile/model/format.ts'
import { sumOf } from '../../../../profile/model/sum.ts'
import type { EvidenceFrame, WrittenCall } from '../../evidence.ts'
import { callSites, placeOf, type Rule, timeUnder } from '../../rule.ts'

const FEWEST_WRITES = 8
const MODULES = /^node:(?:_http_outgoing|_http_server|net|internal\/(?:stream_base_commons|streams\/))/

export const httpWrites: Rule = {
  code: 'http-writes',
  leastShare: 0.3,
  find(evidence) {
    if (evidence.kind !== 'http') return []
    const isWrite = ({ callee, timesPerOp }: WrittenCall) =>
      callee.endsWith('.write') && timesPerOp >= FEWEST_WRITES
    const [most] = callSites(evidence, isWrite).sort((a, b) => b.site.timesPerOp - a.site.timesPerOp)
    if (most === undefined) return []
    const isWriting = ({ file, functionName }: EvidenceFrame) =>
      MODULES.test(file) && /[wW]rite|cork|send|flush/i.test(functionName)
    return [
      {
        ...placeOf({ ...most.frame, line: most.site.line }),
        nsPerOp: sumOf(timeUnder(evidence, isWriting).map(({ ns }) => ns)),
        message: `one answer is written in ${formatCalls(most.site.timesPerOp)} parts`,
        cure: 'put the parts together and write them at once, or response.cork() them',
      },
    ]
  },
}
