import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { QuietTurns } from './quiet-turns.ts'

/** Forks that are started and measured as fast as their turns allow, and what happened in which order. */
async function runForks(count: number, atOnce: number): Promise<string[]> {
  const turns = new QuietTurns()
  const told: string[] = []
  let next = 0
  const work = async () => {
    while (next < count) {
      const fork = next++
      const started = await turns.start()
      told.push(`start ${fork}`)
      await wait(fork % 3)
      told.push(`ready ${fork}`)
      started()
      await turns.measure(async () => {
        told.push(`measure ${fork}`)
        await wait(1)
        told.push(`done ${fork}`)
      })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return told
}

describe('what starts side by side is measured while nothing else goes on', () => {
  for (const atOnce of [1, 2, 3]) {
    test(`${atOnce} at once`, async () => {
      const told = await runForks(7, atOnce)
      assert.equal(told.length, 28)
      for (const [i, line] of told.entries()) {
        if (!line.startsWith('measure')) continue
        assert.equal(told[i + 1], line.replace('measure', 'done'))
        const starting = told.slice(0, i).filter((one) => one.startsWith('start')).length
        assert.equal(told.slice(0, i).filter((one) => one.startsWith('ready')).length, starting)
      }
      if (atOnce > 1) assert.deepEqual(told.slice(0, 2), ['start 0', 'start 1'])
    })
  }

  test('what fails gives its turn back', async () => {
    const turns = new QuietTurns()
    const started = await turns.start()
    started()
    started()
    await assert.rejects(
      turns.measure(() => Promise.reject(new Error('it broke'))),
      /it broke/,
    )
    ;(await turns.start())()
    assert.equal(await turns.measure(async () => 'measured'), 'measured')
  })
})
