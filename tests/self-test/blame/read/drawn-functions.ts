// Functions of a text, for tests.
import type { ExecutedFunction } from './executed.ts'
import type { ParameterFacts } from './probe.ts'
import { readFunctions } from './syntax.ts'

/** For tests: the functions of a text as if every op called each so many times. */
export function drawFunctions(text: string, file: string, callsPerOp = 1): ExecutedFunction[] {
  return readFunctions(text, file).map((syntax) => ({
    ...syntax,
    file,
    callsPerOp,
    unreached: [],
    isCalledFromElsewhere: false,
  }))
}

/** For tests: a parameter that is a short text, but for what is said. */
export function drawFacts(name: string, more: Partial<ParameterFacts> = {}): ParameterFacts {
  return { name, pairs: 2, jsonLength: 0, isCloneable: true, ...more }
}
