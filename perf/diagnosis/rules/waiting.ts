// Ops that wait for most of their time instead of working.
import { formatCalls } from '../../../profile/model/format.ts'
import type { WrittenAwait } from '../evidence.ts'
import { awaitSites, placeOf, type Rule, type Site } from '../rule.ts'

export const waiting: Rule = {
  code: 'waiting',
  leastShare: 0.5,
  find(evidence) {
    const { waitingNs } = evidence
    if (waitingNs === 0) return []
    const most = longest(awaitSites(evidence))
    const isOneByOne = most?.site.isInLoop === true && most.site.timesPerOp > 1
    return [
      {
        ...placeOf(most === undefined ? NOWHERE : { ...most.frame, line: most.site.line }),
        nsPerOp: waitingNs,
        message: `it waits and does not work${isOneByOne ? `, for one answer after the other: ${formatCalls(most.site.timesPerOp)}× per op from one line` : ''}`,
        cure: isOneByOne
          ? 'ask for all of them at once: await Promise.all(…)'
          : 'look for timers, files, the network or another process; a profile of this thread cannot show them',
      },
    ]
  },
}

const NOWHERE = { functionName: '', file: '', line: 0 }

/** Awaits in loops before others, and of those the one that is reached most often. */
function longest(sites: readonly Site<WrittenAwait>[]): Site<WrittenAwait> | undefined {
  const weight = ({ site }: Site<WrittenAwait>) => (site.isInLoop ? 1e6 : 1) * site.timesPerOp
  return [...sites].sort((a, b) => weight(b) - weight(a))[0]
}
