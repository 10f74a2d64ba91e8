// Programs of known cost whose callers are no longer on the stack when they work.
import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'

/** Turns of a unit of work. */
const TURNS = 400
/** Units of an op that a function does, calls or waits for: what a profile should find. */
const UNITS = {
  chain: 20,
  middle: 16,
  inner: 10,
  left: 14,
  right: 6,
  shared: 16,
  descend: 16,
  together: 16,
  part: 12,
  consume: 14,
  produce: 6,
  announce: 12,
  hear: 10,
} as const
const ALL =
  UNITS.chain + UNITS.left + UNITS.right + UNITS.descend + UNITS.together + UNITS.consume + UNITS.announce
/** The same as shares of all work. */
export const TOTALS = Object.fromEntries(Object.entries(UNITS).map(([name, units]) => [name, units / ALL]))

export async function asyncPrograms(): Promise<number> {
  let x = await chain()
  x += (await left()) + (await right())
  x += await descend(3)
  x += await together()
  x += await consume()
  return x + (await announce())
}

/** Each waits for the next one. */
async function chain(): Promise<number> {
  await null
  const x = spin(4)
  return x + (await middle())
}

async function middle(): Promise<number> {
  await null
  const x = spin(6)
  return x + (await inner())
}

async function inner(): Promise<number> {
  await null
  return spin(10)
}

/** One function has two callers, one of which calls it three times as often. */
async function left(): Promise<number> {
  await null
  let x = spin(2)
  for (let i = 0; i < 3; i++) x += await shared()
  return x
}

async function right(): Promise<number> {
  await null
  const x = spin(2)
  return x + (await shared())
}

async function shared(): Promise<number> {
  await null
  return spin(4)
}

async function descend(depth: number): Promise<number> {
  await null
  const x = spin(4)
  return depth === 0 ? x : x + (await descend(depth - 1))
}

async function together(): Promise<number> {
  await null
  const x = spin(4)
  const parts = await Promise.all([1, 2, 3, 4].map((i) => part(i)))
  return x + parts.length
}

async function part(i: number): Promise<number> {
  await null
  return spin(3) + i
}

/** Reads a stream of what another function makes. */
async function consume(): Promise<number> {
  let x = 0
  for await (const value of Readable.from(produce())) x += spin(4) + Number(value)
  return x
}

async function* produce(): AsyncGenerator<number> {
  for (let i = 0; i < 2; i++) {
    await null
    yield spin(3)
  }
}

const news = new EventEmitter().on('news', hear)

/** Tells it to a listener, after an `await`. */
async function announce(): Promise<number> {
  await null
  const x = spin(2)
  for (let i = 0; i < 2; i++) news.emit('news', i)
  return x
}

function hear(i: number): number {
  return spin(5) + i
}

/** Too large to be inlined: a turn costs the same whoever calls it. */
function spin(units: number): number {
  let x = units
  for (let i = 0; i < units * TURNS; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12345) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12346) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12347) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12348) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12349) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12350) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12351) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12352) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12353) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12354) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12355) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12356) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12357) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12358) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12359) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12360) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12361) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12362) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12363) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12364) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12365) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12366) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12367) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12368) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12369) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12370) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12371) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12372) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12373) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12374) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12375) & 0x7fffffff
    x = (Math.imul(x, 1_103_515_245) + 12376) & 0x7fffffff
  }
  return x & 1
}
