// Readers under inputs that are almost right: no crash but a typed error, nothing longer than two seconds.
// npm run fuzz -- [count] [seed]
import { createRandom } from '../../perf/stats/random.ts'
import { mutate } from './mutate.ts'
import { openReaders, type Reader } from './readers.ts'

/** Of CPU time, so that a busy machine changes nothing. */
const LONGEST_MS = 2_000

/** An input that a reader had no answer for. */
export interface Fault {
  readonly reader: string
  readonly seed: number
  readonly reason: string
  readonly input: Buffer
}

/**
 * Reads `count` inputs, each made of its own seed from `first` on, so that one of them can be made again.
 * @param onInput called before each, for whoever watches that it ends
 */
export async function fuzz(
  count: number,
  first: number,
  onInput: (seed: number) => void = () => {},
): Promise<Fault[]> {
  const readers = openReaders()
  const faults: Fault[] = []
  try {
    for (let seed = first; seed < first + count; seed++) {
      onInput(seed)
      const fault = await tryInput(readers.list, seed)
      if (fault !== undefined) faults.push(fault)
    }
  } finally {
    readers.close()
  }
  return faults
}

async function tryInput(readers: readonly Reader[], seed: number): Promise<Fault | undefined> {
  const random = createRandom(seed)
  const reader = readers[Math.floor(random() * readers.length)]!
  const pick = () => reader.seeds[Math.floor(random() * reader.seeds.length)]!
  const input = mutate(pick(), pick(), random)
  const start = process.cpuUsage()
  try {
    await reader.read(input)
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { reader: reader.name, seed, reason, input }
  }
  const { user, system } = process.cpuUsage(start)
  const ms = (user + system) / 1000
  return ms > LONGEST_MS ? { reader: reader.name, seed, reason: `it took ${ms} ms`, input } : undefined
}
