// Regular expressions that take a large part of an op.
import { formatCalls, formatTime } from '../../../profile/model/format.ts'
import { shownName } from '../../../profile/model/text.ts'
import type { EvidenceFrame, WrittenCall } from '../evidence.ts'
import { lastPart, placeOf, type Rule, timeUnder } from '../rule.ts'

const PREFIX = 'RegExp: '
const USERS = ['test', 'exec', 'match', 'matchAll', 'replace', 'replaceAll', 'split', 'search']
const LONGEST = 60

export const regularExpression: Rule = {
  code: 'regular-expression',
  leastShare: 0.3,
  find(evidence) {
    const isPattern = ({ category, functionName }: EvidenceFrame) =>
      category === 'native' && functionName.startsWith(PREFIX)
    return timeUnder(evidence, isPattern).map(({ entry, caller, ns }) => {
      const pattern = entry.functionName.slice(PREFIX.length)
      const site = caller && userOf(caller)
      const each =
        site === undefined
          ? ''
          : `, ${formatCalls(site.timesPerOp)}× per op and ${formatTime(ns / site.timesPerOp)} each`
      return {
        ...placeOf(caller === undefined ? NOWHERE : { ...caller, line: site?.line ?? caller.line }),
        nsPerOp: ns,
        message: `the regular expression ${shorten(pattern)} is matched${each}`,
        cure: 'leave no two ways to match the same text (a repeat inside a repeat), or ask indexOf or startsWith first',
      }
    })
  },
}

const NOWHERE = { functionName: '', file: '', line: 0 }

/** The only call of a function that can have used a pattern. */
function userOf({ calls }: EvidenceFrame): WrittenCall | undefined {
  const users = calls.filter(({ callee, timesPerOp }) => timesPerOp > 0 && USERS.includes(lastPart(callee)))
  return users.length === 1 ? users[0] : undefined
}

function shorten(pattern: string): string {
  return shownName(`/${pattern.length > LONGEST ? `${pattern.slice(0, LONGEST)}…` : pattern}/`)
}
