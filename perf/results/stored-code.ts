// The code of scenarios as baseline.json keeps it: valid on every machine.
import * as v from 'valibot'
import type { CodePrint } from '../identity/code-print.ts'
import type { ExactWork } from '../identity/exact-work.ts'
import type { ModulePrint } from '../identity/module-print.ts'
import type { ScenarioCode } from '../identity/scenario-code.ts'
import { revisionSchema } from './report-parts.ts'

const hash = v.string()
const hashes = v.record(v.string(), hash)
const indexes = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)))

const scenarioCodeSchema = v.object({
  unknown: v.pipe(v.nullable(v.string()), v.description('why it is not known which code ran')),
  modules: v.pipe(
    v.record(v.string(), indexes),
    v.description('by file: those of its functions that ran, by their places in the list of the file'),
  ),
  packages: hashes,
  files: v.pipe(hashes, v.description('what was read, listed or looked for')),
  tokensPerOp: v.number(),
  callsPerOp: v.record(v.string(), v.record(v.string(), v.number())),
})

export const storedCodeSchema = v.object({
  node: v.pipe(v.string(), v.description('the version of Node that it ran on')),
  commit: v.pipe(v.nullable(revisionSchema), v.description('of the code, when it was stored')),
  modules: v.record(
    v.string(),
    v.object({
      path: v.pipe(
        v.nullable(v.string()),
        v.description('from the folder of baseline.json; null where it is elsewhere'),
      ),
      whole: hash,
      top: v.nullable(hash),
      functions: v.pipe(v.array(v.string()), v.description('name and hash')),
    }),
  ),
  scenarios: v.record(v.string(), scenarioCodeSchema),
})
/** The code of all scenarios; what several of them share stands once. */
export type StoredCode = v.InferOutput<typeof storedCodeSchema>

/** @param scenarios by id; all of the same version */
export function storeCode(
  scenarios: ReadonlyMap<string, ScenarioCode>,
  { node, commit }: Pick<StoredCode, 'node' | 'commit'>,
): StoredCode {
  const modules: Record<string, StoredCode['modules'][string]> = {}
  const storeModule = (file: string, { path, whole, top, functions }: ModulePrint): number[] => {
    modules[file] ??= { path, whole, top, functions: [] }
    const stored = modules[file].functions
    return functions.map(({ name, hash }) => {
      const text = `${name} ${hash}`
      return stored.includes(text) ? stored.indexOf(text) : stored.push(text) - 1
    })
  }
  // In an order of its own, so that a change of one scenario is a small diff.
  const inOrder = [...scenarios].sort(([a], [b]) => (a < b ? -1 : 1))
  const stored = inOrder.map(([id, { print, work }]) => {
    const { unknown, packages, files } = print
    const ran = Object.entries(print.modules).map(
      ([file, module]) => [file, storeModule(file, module)] as const,
    )
    const { tokensPerOp, callsPerOp } = roundWork(work)
    return [
      id,
      { unknown, modules: Object.fromEntries(ran), packages, files, tokensPerOp, callsPerOp },
    ] as const
  })
  return { node, commit, modules, scenarios: Object.fromEntries(stored) }
}

/** Counts are the same on every machine, but not by every Node. */
export function isOfThisNode({ node }: StoredCode): boolean {
  const [stored, here] = [node, process.versions.node].map((version) => Number.parseInt(version, 10))
  return stored === here
}

/** Six digits: of HTTP more would be another with every run. */
function roundWork({ tokensPerOp, callsPerOp }: ExactWork): ExactWork {
  const round = (value: number) => Number(value.toPrecision(6))
  const byFile = Object.entries(callsPerOp).sort(([a], [b]) => (a < b ? -1 : 1))
  const files = byFile.map(([file, calls]) => {
    const names = Object.entries(calls).sort(([a], [b]) => (a < b ? -1 : 1))
    return [file, Object.fromEntries(names.map(([name, count]) => [name, round(count)]))] as const
  })
  return { tokensPerOp: round(tokensPerOp), callsPerOp: Object.fromEntries(files) }
}

/** A scenario's code as it was stored; undefined where it was not. */
export function findStoredCode({ modules, scenarios }: StoredCode, id: string): ScenarioCode | undefined {
  const stored = Object.hasOwn(scenarios, id) ? scenarios[id] : undefined
  if (stored === undefined) return undefined
  const { unknown, packages, files, tokensPerOp, callsPerOp } = stored
  const print: CodePrint = {
    unknown,
    modules: Object.fromEntries(
      Object.entries(stored.modules).map(([file, ran]) => [file, toModule(modules[file], ran)]),
    ),
    packages,
    files,
  }
  return { print, work: { tokensPerOp, callsPerOp } }
}

/** A module that the file lacks, as one that somebody edited may, is equal to none. */
function toModule(stored: StoredCode['modules'][string] | undefined, ran: readonly number[]): ModulePrint {
  if (stored === undefined) return { path: null, whole: '', top: null, functions: [] }
  const functions = ran.map((index) => {
    const text = stored.functions[index] ?? ''
    const at = text.lastIndexOf(' ')
    return { name: text.slice(0, Math.max(0, at)), hash: text.slice(at + 1) }
  })
  return { path: stored.path, whole: stored.whole, top: stored.top, functions }
}
