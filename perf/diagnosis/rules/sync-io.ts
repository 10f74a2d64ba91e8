// Files, keys and compression that the whole process waits for.
import type { EvidenceFrame } from '../evidence.ts'
import { placeOfCall, type Rule, timeUnder } from '../rule.ts'

const MODULES = /^node:(?:internal\/)?(?:fs|crypto|zlib|child_process)\b/
/** `gzipSync` and its like all have this one name. */
const ZLIB = 'syncBufferWrapper'

function isSync({ functionName, file }: EvidenceFrame): boolean {
  return MODULES.test(file) && (functionName.endsWith('Sync') || functionName === ZLIB)
}

export const syncIo: Rule = {
  code: 'sync-io',
  leastShare: 0.1,
  find(evidence) {
    // What the engine calls for reasons of its own, as the console does, is no choice of the program's.
    const isEngine = ({ file }: EvidenceFrame) => file.startsWith('node:')
    const called = timeUnder(evidence, isEngine).filter(({ entry }) => isSync(entry))
    return called.map(({ entry, caller, ns }) => {
      const name = entry.functionName === ZLIB ? (calledSync(caller) ?? 'zlib') : entry.functionName
      return {
        ...placeOfCall(caller, name),
        nsPerOp: ns,
        message: `${name} of ${entry.file} holds up the whole process`,
        cure: 'do it once and keep the result, or use the asynchronous form, which works beside the event loop',
      }
    })
  },
}

function calledSync(caller: EvidenceFrame | undefined): string | undefined {
  const site = caller?.calls.find(({ callee }) => callee.endsWith('Sync'))
  return site?.callee.split('.').at(-1)
}
