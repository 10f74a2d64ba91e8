// Inputs that are almost right: seeds with something changed, by a seeded source of chance.
import type { Random } from '../../perf/stats/random.ts'

/** What stands where a value should. */
const ODD_VALUES = [
  'null',
  'true',
  '-1',
  '0',
  '-0',
  '0.1',
  '1e999',
  '-1e999',
  '9007199254740993',
  '18446744073709551615',
  '2147483648',
  '1e15',
  'NaN',
  '""',
  '"1"',
  '"__proto__"',
  '"constructor"',
  '"\\ud800"',
  '"\\u0000\\u202e"',
  '"../../../etc/passwd"',
  '"file:///%zz/%2f/a.js"',
  '"C:\\\\a\\\\b.js"',
  '[]',
  '{}',
  '[[[[[[]]]]]]',
  '{"__proto__":{"x":1}}',
  '[1,2,3]',
]
const TOKEN = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|"(?:[^"\\]|\\.)*"|true|false|null/g
const DEEP = 3_000

/** One change or several, of bytes or of JSON's values. */
export function mutate(seed: Buffer, other: Buffer, random: Random): Buffer {
  let bytes = seed
  const changes = 1 + Math.floor(random() ** 3 * 8)
  for (let i = 0; i < changes; i++) {
    const way = WAYS[Math.floor(random() * WAYS.length)]!
    bytes = way(bytes, other, random)
  }
  return bytes
}

type Way = (bytes: Buffer, other: Buffer, random: Random) => Buffer

const at = (bytes: Buffer, random: Random) => Math.floor(random() * (bytes.length + 1))

const WAYS: readonly Way[] = [
  replaceToken,
  replaceToken,
  replaceToken,
  function flipBit(bytes, _, random) {
    const copy = Buffer.from(bytes)
    if (copy.length > 0) copy[Math.floor(random() * copy.length)]! ^= 1 << Math.floor(random() * 8)
    return copy
  },
  function putByte(bytes, _, random) {
    const place = at(bytes, random)
    return Buffer.concat([bytes.subarray(0, place), Buffer.from([random() * 256]), bytes.subarray(place)])
  },
  function cut(bytes, _, random) {
    return bytes.subarray(0, at(bytes, random))
  },
  function leaveOut(bytes, _, random) {
    const place = at(bytes, random)
    return Buffer.concat([
      bytes.subarray(0, place),
      bytes.subarray(place + Math.floor(random() ** 4 * bytes.length)),
    ])
  },
  function repeat(bytes, _, random) {
    const place = at(bytes, random)
    const part = bytes.subarray(place, place + Math.floor(random() ** 4 * bytes.length))
    return Buffer.concat([bytes.subarray(0, place), part, bytes.subarray(place)])
  },
  function splice(bytes, other, random) {
    return Buffer.concat([bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random))])
  },
  function nest(bytes, _, random) {
    const depth = Math.floor(random() ** 2 * DEEP)
    const [open, close] = random() < 0.5 ? ['[', ']'] : ['{"children":[', ']}']
    const place = at(bytes, random)
    const deep = Buffer.from(open.repeat(depth) + close.repeat(depth))
    return Buffer.concat([bytes.subarray(0, place), deep, bytes.subarray(place)])
  },
]

function replaceToken(bytes: Buffer, _: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1')
  const tokens = [...text.matchAll(TOKEN)]
  if (tokens.length === 0) return bytes
  const token = tokens[Math.floor(random() * tokens.length)]!
  const value = ODD_VALUES[Math.floor(random() * ODD_VALUES.length)]!
  return Buffer.from(text.slice(0, token.index) + value + text.slice(token.index + token[0].length), 'latin1')
}
