// Lines that an op writes to the console.
import { placeOfCall, type Rule, timeUnder } from '../rule.ts'

export const consoleOutput: Rule = {
  code: 'console',
  leastShare: 0.1,
  find(evidence) {
    return timeUnder(evidence, ({ file }) => file.startsWith('node:internal/console/')).map(
      ({ entry, caller, ns }) => ({
        ...placeOfCall(caller, entry.functionName),
        nsPerOp: ns,
        message: `console.${entry.functionName} formats and writes while the op waits`,
        cure: 'leave it out where it is called often, or give the lines to a logger that writes later',
      }),
    )
  },
}
