// Garbage collections, and who makes the garbage.
import { formatBytes, formatPercent } from '../../../profile/model/format.ts'
import { sumOf } from '../../../profile/model/sum.ts'
import { shownName } from '../../../profile/model/text.ts'
import { gcTime, placeOf, type Rule } from '../rule.ts'

/** Of the bytes; where nobody allocates that much, nobody in particular makes the garbage. */
const LEAST_PART = 0.25

export const collections: Rule = {
  code: 'gc',
  leastShare: 0.2,
  find(evidence) {
    const bytesOf = ({ bytesPerOp }: { readonly bytesPerOp: number | null }) => bytesPerOp ?? 0
    const all = sumOf(evidence.frames.map(bytesOf))
    const own = evidence.frames.filter(({ category }) => category === 'app' || category === 'dependency')
    const most = own.sort((a, b) => bytesOf(b) - bytesOf(a))[0]
    if (most === undefined || !(bytesOf(most) >= LEAST_PART * all) || all === 0) return []
    const part = formatPercent(bytesOf(most) / all)
    return [
      {
        ...placeOf(most),
        nsPerOp: gcTime(evidence),
        message: `garbage is collected; ${shownName(most.functionName)} allocates ${formatBytes(bytesOf(most))} per op, ${part} of all`,
        cure: 'make fewer objects there: fill one array or object instead of copying it, and let go of what is not needed',
      },
    ]
  },
}
