// Copies and comparisons of states, which are plain JSON.
import { isDeepStrictEqual } from 'node:util'
import type { State } from './protocol.ts'

/**
 * A copy that shares nothing with `value`. Arrays and plain objects are walked; other objects (dates, maps)
 * go through `structuredClone`.
 * @throws DataCloneError for functions and other values that cannot be copied inside such an object
 */
export function deepClone<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(deepClone) as T
  if (!isPlainObject(value)) return structuredClone(value)
  const copy: State = {}
  for (const key of Object.keys(value)) setOwn(copy, key, deepClone((value as State)[key]))
  return copy as T
}

/**
 * Every top-level key whose value differs between two states, with its new value; a removed key is there with
 * `undefined`. Keys come in the order of `before`, then the new ones.
 */
export function diffStates(before: State, after: State): State {
  const diff: State = {}
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) setOwn(diff, key, undefined)
    else if (!isEqual(before[key], after[key])) setOwn(diff, key, after[key])
  }
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key)) setOwn(diff, key, after[key])
  }
  return diff
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && areEqualArrays(a, b)
  if (!isPlainObject(a) || !isPlainObject(b)) return isDeepStrictEqual(a, b)
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  for (const key of keys) {
    if (!Object.hasOwn(b, key) || !isEqual(a[key], b[key])) return false
  }
  return true
}

function areEqualArrays(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!isEqual(a[i], b[i])) return false
  return true
}

function isPlainObject(value: object): value is State {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Assignment to `__proto__` would set the prototype; JSON from a client may carry it as an ordinary key. */
function setOwn(target: State, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}
