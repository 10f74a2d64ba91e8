// Programs of known cost.
import * as leaves from './leaves.ts'

export { asyncPrograms } from './async.ts'

/** A fiftieth of a millisecond or so: fewer, longer calls would run in half-optimised code for the first seconds. */
const TURNS = 16_800
/** Calls per op and share of the turns, by function: what a profile should find. */
export const TRUTH = {
  half: { calls: 1, share: 0.5 },
  third: { calls: 2, share: 0.3 },
  small: { calls: 20, share: 0.15 },
  rare: { calls: 0.5, share: 0.05 },
} as const

const turns = (name: keyof typeof TRUTH) => (TURNS * TRUTH[name].share) / TRUTH[name].calls
const HALF = turns('half')
const THIRD = turns('third')
const SMALL = turns('small')
const RARE = turns('rare')

/** The leaves are in another file, and small enough to be inlined here. */
export function acrossFiles(index: number): number {
  let x = index % 2 === 0 ? leaves.rare(RARE, index) : index
  x = leaves.half(HALF, x)
  for (let i = 0; i < 2; i++) x = leaves.third(THIRD, x)
  for (let i = 0; i < 20; i++) x = leaves.small(SMALL, x)
  return x
}

/** The same with leaves in this file. */
export function inOneFile(index: number): number {
  let x = index % 2 === 0 ? rare(RARE, index) : index
  x = half(HALF, x)
  for (let i = 0; i < 2; i++) x = third(THIRD, x)
  for (let i = 0; i < 20; i++) x = small(SMALL, x)
  return x
}

type Leaf = (turns: number, seed: number) => number
/** More targets than an inline cache holds: no call through here is ever inlined. */
const anyOf: readonly Leaf[] = [half, third, small, rare, (_turns, seed) => seed, (turns) => turns]

function call(leaf: number, turns: number, seed: number): number {
  return anyOf[leaf]!(turns, seed)
}

/** The same without inlining. */
export function notInlined(index: number): number {
  let x = call(4, 0, call(5, 0, index))
  if (index % 2 === 0) x = call(3, RARE, x)
  x = call(0, HALF, x)
  for (let i = 0; i < 2; i++) x = call(1, THIRD, x)
  for (let i = 0; i < 20; i++) x = call(2, SMALL, x)
  return x
}

function half(turns: number, seed: number): number {
  let x = seed
  for (let i = 0; i < turns; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff
  }
  return x
}

function third(turns: number, seed: number): number {
  let x = seed
  for (let i = 0; i < turns; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff
  }
  return x
}

function small(turns: number, seed: number): number {
  let x = seed
  for (let i = 0; i < turns; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff
  }
  return x
}

function rare(turns: number, seed: number): number {
  let x = seed
  for (let i = 0; i < turns; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff
  }
  return x
}
