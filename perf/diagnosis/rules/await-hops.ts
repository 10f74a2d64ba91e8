// Awaits of what is there already: each takes a turn of the microtask queue and some objects.
import { formatCalls } from '../../../profile/model/format.ts'
import { sumOf } from '../../../profile/model/sum.ts'
import type { OpEvidence } from '../evidence.ts'
import { awaitSites, gcTime, placeOf, type Rule, timeOfLines } from '../rule.ts'

const FEWEST_AWAITS = 20
/** Of the op; where it waits for longer, its awaits have a reason. */
const MOST_WAITING = 0.2
/** One hop takes less than this; a line that costs more an await does something else, too. */
const MOST_NS = 3_000

export const awaitHops: Rule = {
  code: 'await-hops',
  leastShare: 0.15,
  find(evidence) {
    const sites = awaitSites(evidence)
    const times = sumOf(sites.map(({ site }) => site.timesPerOp))
    if (times < FEWEST_AWAITS || evidence.waitingNs > MOST_WAITING * evidence.nsPerOp) return []
    const costs = sites.map(({ frame, site }) => timeOfLines(evidence, frame, site))
    const ns = sumOf(costs.map((cost, i) => (cost <= MOST_NS * sites[i]!.site.timesPerOp ? cost : 0)))
    const most = sites.reduce((best, next) => (next.site.timesPerOp > best.site.timesPerOp ? next : best))
    return [
      {
        ...placeOf({ ...most.frame, line: most.site.line }),
        nsPerOp: ns + gcTime(evidence) * partOfBytes(evidence),
        message: `${formatCalls(times)} awaits per op, ${formatCalls(most.site.timesPerOp)} of them here, of values that are there already`,
        cure: 'answer what is known without a promise, and await once for many instead of once for each',
      },
    ]
  },
}

/** What functions that await allocate, of all. */
function partOfBytes({ frames }: OpEvidence): number {
  const bytes = (of: readonly { readonly bytesPerOp: number | null }[]) =>
    sumOf(of.map(({ bytesPerOp }) => bytesPerOp ?? 0))
  const all = bytes(frames)
  return all === 0 ? 0 : bytes(frames.filter(({ awaits }) => awaits.length > 0)) / all
}
