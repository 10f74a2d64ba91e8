// Servers that read bodies for most of their time.
import { sumOf } from '../../../../profile/model/sum.ts'
import type { EvidenceFrame } from '../../evidence.ts'
import { type Rule, timeUnder } from '../../rule.ts'

const READERS =
  /node_modules\/(?:body-parser|raw-body|co-body|koa-bodyparser|busboy|multer|formidable|secure-json-parse)\//
const PARSERS = /[pP]arse|read|Body|json|urlencoded|text/

export const httpBody: Rule = {
  code: 'http-body',
  leastShare: 0.3,
  find(evidence) {
    if (evidence.kind !== 'http') return []
    const isReader = ({ file }: EvidenceFrame) => READERS.test(file)
    // What a reader calls when it is done is the next part of the server.
    const isBack = (frame: EvidenceFrame) => isNotReader(frame)
    const found = timeUnder(evidence, isReader, isBack)
    const [most] = found.filter(({ entry }) => PARSERS.test(entry.functionName))
    if (most === undefined) return []
    const { functionName, file, line } = most.entry
    return [
      {
        functionName,
        file,
        line,
        nsPerOp: sumOf(found.map(({ ns }) => ns)),
        message: 'bodies of requests are read and parsed',
        cure: 'send less, parse only on the routes that need a body, or take in large ones as a stream',
      },
    ]
  },
}

function isNotReader({ category, file }: EvidenceFrame): boolean {
  return (category === 'app' || category === 'dependency') && !READERS.test(file)
}
