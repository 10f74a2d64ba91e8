// Which function of one version is which of the other.
import type { FileCode } from '../source/code/file-code.ts'
import type { Token } from '../source/code/tokens.ts'
import { nameInPackage } from '../source/packages.ts'
import type { SourceFile, SourceFunction } from '../source/source-functions.ts'
import type { FunctionChange } from './change.ts'
import type { VersionCode } from './version-code.ts'

/** One function in two versions of a program. */
export interface FunctionMatch {
  readonly change: FunctionChange
  /** Whether its own code differs; that of functions inside it, comments, layout and types do not count. */
  readonly isTouched: boolean
  readonly baseline: SourceFunction | undefined
  readonly candidate: SourceFunction | undefined
}

/** Texts that share fewer of their tokens than this are not one function under two names. */
const LEAST_LIKENESS = 0.6
/** Shorter ones are alike by chance. */
const LEAST_TOKENS = 12

/**
 * The functions of two versions, each once: by name and place among namesakes inside the same outer function of the same
 * file; what is left over by equal code, then by like code in the same file, then by like code anywhere.
 */
export function matchVersions(code: VersionCode): FunctionMatch[] {
  const matches: FunctionMatch[] = []
  const gone: Nested[] = []
  const fresh: Nested[] = []
  for (const { baseline, candidate } of code.files) {
    if (baseline !== undefined && candidate !== undefined && baseline.text === candidate.text) {
      matches.push(...matchByOffset(baseline, candidate))
    } else {
      matchLevel(nest(baseline, code), nest(candidate, code), { matches, gone, fresh })
    }
  }
  pairLoose(gone, fresh, matches, (a, b) => a.code === b.code)
  pairLoose(gone, fresh, matches, (a, b) => a.file === b.file && areAlike(a, b))
  pairLoose(gone, fresh, matches, areAlike)
  const all = [
    ...matches,
    ...gone.map((only) => toMatch(only, undefined)),
    ...fresh.map((only) => toMatch(undefined, only)),
  ]
  return touchReaders(all, code)
}

/** Equal texts have equal functions; V8 may not have listed the same ones of them. */
function matchByOffset(left: SourceFile, right: SourceFile): FunctionMatch[] {
  const key = ({ startOffset, endOffset }: SourceFunction) => `${startOffset}:${endOffset}`
  const others = new Map(right.functions.map((fn) => [key(fn), fn]))
  const common = left.functions.map((baseline) => ({ baseline, candidate: others.get(key(baseline)) }))
  const known = new Set(left.functions.map(key))
  const rest = right.functions.filter((fn) => !known.has(key(fn)))
  return [...common, ...rest.map((candidate) => ({ baseline: undefined, candidate }))].map((pair) => ({
    ...pair,
    change: 'same',
    isTouched: false,
  }))
}

/** A function with those directly inside it, in order of place. */
interface Nested {
  readonly fn: SourceFunction
  readonly children: Nested[]
  /** Its file's name in its package. */
  readonly file: string
  readonly tokens: readonly Token[]
  /** Its own code as one text, without its own name. */
  readonly code: string
}

/** The functions of a file that are in no other. */
function nest(file: SourceFile | undefined, versions: VersionCode): Nested[] {
  if (file === undefined) return []
  const code = versions.ofFile(file)
  const roots: Nested[] = []
  const open: Nested[] = []
  const name = nameInPackage(file.url)
  const inOrder = [...file.functions].sort(
    (a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset,
  )
  for (const fn of inOrder) {
    while (open.length > 0 && open.at(-1)!.fn.endOffset <= fn.startOffset) open.pop()
    const nested = { fn, children: [], file: name, tokens: code.tokensOf(fn), code: code.textOf(fn) }
    const siblings = open.at(-1)?.children ?? roots
    siblings.push(nested)
    open.push(nested)
  }
  return roots
}

interface Found {
  readonly matches: FunctionMatch[]
  readonly gone: Nested[]
  readonly fresh: Nested[]
}

/** Matches the functions directly inside two outer ones by name, and so on inwards. */
function matchLevel(baseline: readonly Nested[], candidate: readonly Nested[], found: Found): void {
  const names = new Set([...baseline, ...candidate].map(({ fn }) => fn.name))
  for (const name of names) {
    const [left, right] = [baseline, candidate].map((list) => list.filter(({ fn }) => fn.name === name))
    for (const [a, b] of pairNamesakes(left!, right!)) {
      if (a !== undefined && b !== undefined) {
        found.matches.push(toMatch(a, b))
        matchLevel(a.children, b.children, found)
      } else {
        // What is inside an outer function that is gone may have moved.
        if (a !== undefined) found.gone.push(...flatten(a))
        if (b !== undefined) found.fresh.push(...flatten(b))
      }
    }
  }
}

/** By equal code first; what is left over by its place. */
function pairNamesakes(
  left: readonly Nested[],
  right: readonly Nested[],
): (readonly [Nested | undefined, Nested | undefined])[] {
  const waiting = [...right]
  const same = left.map((a) => {
    const at = waiting.findIndex((b) => b.code === a.code)
    return [a, at < 0 ? undefined : waiting.splice(at, 1)[0]] as const
  })
  const pairs = same.map(([a, b]) => [a, b ?? waiting.shift()] as const)
  return [...pairs, ...waiting.map((b) => [undefined, b] as const)]
}

function flatten(nested: Nested): Nested[] {
  return [nested, ...nested.children.flatMap(flatten)]
}

function toMatch(a: Nested | undefined, b: Nested | undefined): FunctionMatch {
  const [baseline, candidate] = [a?.fn, b?.fn]
  if (a === undefined || b === undefined) {
    return { change: a === undefined ? 'new' : 'gone', isTouched: true, baseline, candidate }
  }
  const isTouched = a.code !== b.code
  const change =
    a.file !== b.file ? 'moved' : a.fn.name !== b.fn.name ? 'renamed' : isTouched ? 'changed' : 'same'
  return { change, isTouched, baseline, candidate }
}

/** Takes functions that are alike out of both lists, the first one that fits each. */
function pairLoose(
  gone: Nested[],
  fresh: Nested[],
  matches: FunctionMatch[],
  fits: (a: Nested, b: Nested) => boolean,
): void {
  for (let i = 0; i < gone.length; ) {
    const a = gone[i]!
    const at = a.tokens.length < LEAST_TOKENS ? -1 : fresh.findIndex((b) => fits(a, b))
    if (at < 0) {
      i += 1
      continue
    }
    matches.push(toMatch(a, fresh[at]!))
    gone.splice(i, 1)
    fresh.splice(at, 1)
  }
}

function areAlike(a: Nested, b: Nested): boolean {
  return likeness(a.tokens, b.tokens) >= LEAST_LIKENESS
}

/** Shared tokens as a part of all, each as often as it occurs in both, 0 to 1. Source: Dice 1945. */
function likeness(a: readonly Token[], b: readonly Token[]): number {
  const counts = new Map<string, number>()
  for (const { text } of a) counts.set(text, (counts.get(text) ?? 0) + 1)
  let shared = 0
  for (const { text } of b) {
    const left = counts.get(text) ?? 0
    if (left === 0) continue
    counts.set(text, left - 1)
    shared += 1
  }
  return (2 * shared) / Math.max(1, a.length + b.length)
}

/**
 * Functions that read a variable of a module whose definition was changed are touched, too: in its own file, and in those
 * that name it on their top level, as an import does.
 */
function touchReaders(matches: readonly FunctionMatch[], code: VersionCode): FunctionMatch[] {
  const modules = matches.filter(({ baseline, candidate }) => baseline?.isTopLevel && candidate?.isTopLevel)
  const all = new Set(
    modules.flatMap(({ isTouched, baseline, candidate }) =>
      isTouched ? changedVariables(code.of('baseline', baseline!)!, code.of('candidate', candidate!)!) : [],
    ),
  )
  if (all.size === 0) return [...matches]
  const known = new Map(
    matches
      .filter(({ candidate }) => candidate?.isTopLevel)
      .map(({ candidate: module }) => {
        const named = new Set(
          code
            .of('candidate', module!)!
            .tokensOf(module!)
            .map(({ text }) => text),
        )
        return [module!.url, new Set([...all].filter((name) => named.has(name)))]
      }),
  )
  return matches.map((match) => {
    const fn = match.candidate
    if (match.isTouched || fn === undefined || fn.isTopLevel) return match
    const names = known.get(fn.url)
    if (names === undefined || names.size === 0) return match
    const mentions = code.of('candidate', fn)!.mentionsOf(fn)
    return mentions.some(({ name }) => names.has(name)) ? { ...match, isTouched: true } : match
  })
}

/** The variables of a module that both versions define, and not alike. */
function changedVariables(baseline: FileCode, candidate: FileCode): string[] {
  const old = baseline.definitions
  return [...candidate.definitions]
    .filter(([name, text]) => old.has(name) && old.get(name) !== text)
    .map(([name]) => name)
}
