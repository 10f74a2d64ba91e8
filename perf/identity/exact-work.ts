// What an op does, counted exactly: calls of the project's functions, and how much code runs.

import { isOwnCode } from '../../profile/model/category.ts'
import { readCode } from '../../profile/source/code/read-code.ts'
import type { SourceFunction } from '../../profile/source/source-functions.ts'
import { executionsAt } from '../../profile/source/source-functions.ts'
import type { Sources } from '../../profile/source/sources.ts'

/** Exact, and the same on every machine: per op. */
export interface ExactWork {
  /** Tokens of code that run, those of dependencies too: a measure of work that knows nothing of time. */
  readonly tokensPerOp: number
  /** Calls by file, and in there by V8's names; functions of one name are one. Those that are not called are left out. */
  readonly callsPerOp: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/**
 * @param ops how many were counted
 * @param nameOf what a file is called; undefined for one whose functions are not listed
 */
export function readWork(
  sources: Sources,
  ops: number,
  nameOf: (url: string) => string | undefined,
): ExactWork {
  const calls: Record<string, Record<string, number>> = {}
  let tokens = 0
  // What measures does some work around every op, and that is not the op's.
  for (const url of sources.urls.filter((url) => !isOwnCode(url))) {
    const file = sources.file(url)
    if (file === undefined) continue
    const called = file.functions.filter((fn) => fn.calls > 0 && !fn.isTopLevel)
    if (called.length === 0) continue
    const code = readCode(file)
    for (const fn of called)
      tokens += tokensRun(
        fn,
        code.tokensOf(fn).map(({ offset }) => offset),
      )
    const name = nameOf(url)
    if (name !== undefined) calls[name] = callsByName(called, ops)
  }
  return { tokensPerOp: tokens / ops, callsPerOp: calls }
}

function tokensRun(fn: SourceFunction, offsets: readonly number[]): number {
  return offsets.reduce((sum, offset) => sum + executionsAt(fn, offset), 0)
}

function callsByName(functions: readonly SourceFunction[], ops: number): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { name, calls } of functions) {
    const key = name || '(anonymous)'
    found[key] = (Object.hasOwn(found, key) ? found[key]! : 0) + calls / ops
  }
  return found
}

/** A function that is called otherwise often than in the baseline; 0 where it is not called. */
export interface ChangedCalls {
  readonly file: string
  readonly name: string
  readonly baseline: number
  readonly candidate: number
}

/** What is called otherwise often, the largest difference first. */
export function compareCalls(baseline: ExactWork, candidate: ExactWork): ChangedCalls[] {
  const found = filesOf(baseline, candidate).flatMap((file) => {
    const [old, now] = [baseline, candidate].map(({ callsPerOp }) => ownValue(callsPerOp, file) ?? {})
    const names = [...new Set([...Object.keys(old!), ...Object.keys(now!)])]
    return names.map((name) => ({
      file,
      name,
      baseline: ownValue(old!, name) ?? 0,
      candidate: ownValue(now!, name) ?? 0,
    }))
  })
  return found
    .filter(({ baseline, candidate }) => !isEqual(baseline, candidate))
    .sort((a, b) => Math.abs(b.candidate - b.baseline) - Math.abs(a.candidate - a.baseline))
}

function filesOf(...works: readonly ExactWork[]): string[] {
  return [...new Set(works.flatMap(({ callsPerOp }) => Object.keys(callsPerOp)))]
}

function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

/** A call in some hundred ops, as of a timer, is chance. */
const CHANCE = 0.02

function isEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= CHANCE * Math.max(1, a, b)
}
