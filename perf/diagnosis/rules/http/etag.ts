// Servers that hash every answer to name it.
import { sumOf } from '../../../../profile/model/sum.ts'
import type { EvidenceFrame } from '../../evidence.ts'
import { placeOf, type Rule, timeUnder } from '../../rule.ts'

const HASHERS = /node_modules\/(?:etag|koa-etag|@fastify\/etag)\//

export const httpEtag: Rule = {
  code: 'http-etag',
  leastShare: 0.15,
  find(evidence) {
    if (evidence.kind !== 'http') return []
    const isHasher = ({ file }: EvidenceFrame) => HASHERS.test(file)
    const found = timeUnder(evidence, isHasher, ({ category }) => category === 'app')
    const sender = found.map(({ caller }) => caller).find((caller) => caller !== undefined)
    if (sender === undefined) return []
    return [
      {
        ...placeOf(sender),
        nsPerOp: sumOf(found.map(({ ns }) => ns)),
        message: 'every answer is hashed for its ETag',
        cure: 'set the ETag yourself where the content is known, or turn it off: app.set("etag", false)',
      },
    ]
  },
}
