// Searches that go through a list again for every item of another one.
import { formatCalls, formatCount } from '../../../profile/model/format.ts'
import type { WrittenCall } from '../evidence.ts'
import { callSites, lastPart, placeOf, type Rule, timeOfLines } from '../rule.ts'

const SEARCHES = ['find', 'findIndex', 'findLast', 'findLastIndex', 'some', 'every', 'filter']
/** Searches of one run of the loop, and items that each looks at. */
const FEWEST_SEARCHES = 10
const FEWEST_ITEMS = 8

export const linearSearch: Rule = {
  code: 'linear-search',
  leastShare: 0.25,
  find(evidence) {
    const isSearch = ({ callee, isInLoop, callbackCalls, timesPerOp }: WrittenCall) =>
      isInLoop &&
      SEARCHES.includes(lastPart(callee)) &&
      timesPerOp >= FEWEST_SEARCHES &&
      (callbackCalls ?? 0) >= FEWEST_ITEMS * timesPerOp
    return callSites(evidence, isSearch).map(({ frame, site }) => ({
      ...placeOf({ ...frame, line: site.line }),
      nsPerOp: timeOfLines(evidence, frame, site),
      message: `${site.callee} runs ${formatCalls(site.timesPerOp)}× per op in a loop and looks at ${formatCount(site.callbackCalls! / site.timesPerOp)} items each time, ${formatCalls(site.callbackCalls)} in all`,
      cure: 'put the list into a Map or Set by what is looked for, once before the loop',
    }))
  },
}
