// Servers that write headers for most of their time.
import { sumOf } from '../../../../profile/model/sum.ts'
import type { EvidenceFrame } from '../../evidence.ts'
import { placeOfCall, type Rule, timeUnder } from '../../rule.ts'

const WRITERS =
  /^(?:setHeaders?|appendHeader|validateHeader\w*|checkInvalidHeaderChar|checkIsHttpToken|_storeHeader|processHeader|storeHeader|matchHeader|getHeaders?\w*|hasHeader|writeHead)$/

export const httpHeaders: Rule = {
  code: 'http-headers',
  leastShare: 0.2,
  find(evidence) {
    if (evidence.kind !== 'http') return []
    const isWriter = ({ file, functionName }: EvidenceFrame) =>
      file.startsWith('node:') && WRITERS.test(functionName)
    const found = timeUnder(evidence, isWriter)
    const [most] = found.filter(({ caller }) => caller !== undefined)
    if (most === undefined) return []
    return [
      {
        ...placeOfCall(most.caller, most.entry.functionName),
        nsPerOp: sumOf(found.map(({ ns }) => ns)),
        message: 'headers of answers are checked and written',
        cure: 'set fewer of them, and all at once with writeHead; leave to a proxy what is the same for all',
      },
    ]
  },
}
