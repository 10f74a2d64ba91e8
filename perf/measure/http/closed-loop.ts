// A closed loop of exchanges: every connection sends its next request when it has its answer.

import { clock } from '../clock.ts'
import type { Connection } from './connection.ts'

/**
 * Has some connections make so many exchanges in all. Durations in ns, one an exchange, in the order of their ends.
 * @param exchanges a number, or what says before each one whether there is to be another
 * @throws what an exchange rejects with
 */
export async function closedLoop(
  connections: readonly Connection[],
  exchanges: number | (() => boolean),
  exchange: (connection: Connection) => Promise<unknown>,
): Promise<number[]> {
  const durations: number[] = []
  let started = 0
  const isAnother = typeof exchanges === 'number' ? () => started < exchanges : exchanges
  const work = async (connection: Connection) => {
    while (isAnother()) {
      started += 1
      const start = clock.now()
      await exchange(connection)
      durations.push((clock.now() - start) * 1e6)
    }
  }
  await Promise.all(connections.map(work))
  return durations
}
