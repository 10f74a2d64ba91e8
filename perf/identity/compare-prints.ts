// Two prints of a scenario: whether its code is the same, and what is not.
import type { CodePrint } from './code-print.ts'
import type { FunctionPrint, ModulePrint } from './module-print.ts'

/** What differs between two versions of the code that a scenario runs. Nothing does where all of it is empty. */
export interface CodeChange {
  /** Functions that ran in either version and are not, as they are, in the other one's run. */
  readonly functions: readonly { readonly file: string; readonly name: string }[]
  /** What else: a module's top level, a package, a file that is read. In words. */
  readonly others: readonly string[]
}

/** Empty where both are the same code for certain. */
export function comparePrints(baseline: CodePrint, candidate: CodePrint): CodeChange {
  const unknown = candidate.unknown ?? baseline.unknown
  const modules = changedKeys(baseline.modules, candidate.modules, isSameModule)
  const parts = modules.map((file) => compareModules(file, baseline.modules[file], candidate.modules[file]))
  const same = (a: string, b: string) => a === b
  return {
    functions: parts.flatMap(({ functions }) => functions),
    others: [
      ...(unknown === null ? [] : [unknown]),
      ...parts.flatMap(({ others }) => others),
      ...changedKeys(baseline.packages, candidate.packages, same),
      ...changedKeys(baseline.files, candidate.files, same),
    ],
  }
}

/** Whether nothing that a scenario runs was changed. */
export function isSameCode({ functions, others }: CodeChange): boolean {
  return functions.length === 0 && others.length === 0
}

/**
 * Whether a function, or the top level of a module, that ran in both versions has another text: no machine makes those the same,
 * while what only one of them ran may be another machine's way through the same text.
 */
export function isRewritten(baseline: CodePrint, candidate: CodePrint): boolean {
  return Object.entries(candidate.modules).some(([file, now]) => {
    const before = Object.hasOwn(baseline.modules, file) ? baseline.modules[file] : undefined
    if (before === undefined || before.whole === now.whole) return false
    if (before.top !== null && now.top !== null && before.top !== now.top) return true
    const lost = new Set(missingFunctions(before.functions, now.functions).map(({ name }) => name))
    return missingFunctions(now.functions, before.functions).some(({ name }) => lost.has(name))
  })
}

/** The keys that only one of them has, and those whose values are not the same. */
function changedKeys<T>(
  baseline: Readonly<Record<string, T>>,
  candidate: Readonly<Record<string, T>>,
  isSame: (a: T, b: T) => boolean,
): string[] {
  const keys = [...new Set([...Object.keys(baseline), ...Object.keys(candidate)])].sort()
  return keys.filter((key) => {
    const [a, b] = [baseline, candidate].map((record) =>
      Object.hasOwn(record, key) ? record[key] : undefined,
    )
    return a === undefined || b === undefined || !isSame(a, b)
  })
}

/** In a module that is the same as a whole it does not matter which functions ran. */
function isSameModule(baseline: ModulePrint, candidate: ModulePrint): boolean {
  if (baseline.whole === candidate.whole) return true
  if (baseline.top === null || baseline.top !== candidate.top) return false
  return differingFunctions(baseline.functions, candidate.functions).length === 0
}

function compareModules(
  file: string,
  baseline: ModulePrint | undefined,
  candidate: ModulePrint | undefined,
): CodeChange {
  const topsDiffer = baseline?.top === null || baseline?.top !== candidate?.top
  const names = differingFunctions(baseline?.functions ?? [], candidate?.functions ?? [])
  return {
    functions: names.map((name) => ({ file, name })),
    others: topsDiffer ? [`the top level of ${file}`] : [],
  }
}

/** Names of functions that the other one does not have as they are, or not as often. */
function differingFunctions(
  baseline: readonly FunctionPrint[],
  candidate: readonly FunctionPrint[],
): string[] {
  const found = [...missingFunctions(candidate, baseline), ...missingFunctions(baseline, candidate)]
  return [...new Set(found.map(({ name }) => name))]
}

/** Those that the other list does not have as they are, or not as often. */
function missingFunctions(from: readonly FunctionPrint[], to: readonly FunctionPrint[]): FunctionPrint[] {
  const left = new Map<string, number>()
  for (const { hash } of to) left.set(hash, (left.get(hash) ?? 0) + 1)
  return from.filter(({ hash }) => {
    const count = left.get(hash) ?? 0
    left.set(hash, count - 1)
    return count <= 0
  })
}
