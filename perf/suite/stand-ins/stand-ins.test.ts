import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MicroScenario } from '../scenario.ts'
import * as mitata from './mitata.ts'
import * as nodeBench from './node-bench.ts'
import { type OpenBench, type Recorded, recordBenches } from './recording.ts'
import { Bench } from './tinybench.ts'
import * as vitest from './vitest.ts'

type NodeContext = { start(): void; end(operations: number): void; index: number }

/** What a bench file with this in it holds. */
const record = (file: () => unknown, wanted?: string) =>
  recordBenches(
    async () => file(),
    wanted,
    () => false,
  )
const idsOf = ({ scenarios }: Recorded) => scenarios.map(({ id }) => id)

/** Runs so many ops of a bench as the harness does; what its own clock said of the last one. */
async function runOps({ scenarios }: Recorded, id: string, ops: number): Promise<number | undefined> {
  const scenario = scenarios.find((one) => one.id === id) as MicroScenario<undefined, OpenBench>
  assert.ok(scenario, id)
  const state = await scenario.setup(undefined)
  const around = scenario.around?.(state)
  for (let i = 0; i < ops; i++) {
    await around?.before?.()
    await scenario.op(state, i)
    await around?.after?.()
  }
  const elapsedMs = around?.elapsedMs?.()
  await scenario.teardown?.(state)
  return elapsedMs
}

describe('tinybench', () => {
  test('tasks are kept, and what its file makes of their results does not fail', async () => {
    const shown: unknown[] = []
    const recorded = await record(async () => {
      const bench = new Bench({ name: 'lists', time: 100 } as object)
      bench.add('push', () => assert.fail('it was run')).add('concat', () => {})
      bench.add('gone', () => {}).remove('gone')
      bench.addEventListener('cycle', () => {})
      for (const { name, result } of await bench.run()) {
        const { throughput, latency } = result as { throughput: { mean: number }; latency: { p99: number } }
        shown.push(`${name} ${throughput.mean.toFixed(2)} ${latency.p99 > 1}`)
      }
    })
    assert.deepEqual(idsOf(recorded), ['lists › push', 'lists › concat'])
    assert.deepEqual(shown, ['push  false', 'concat  false'])
  })

  test('hooks run around a task, and around each of its calls', async () => {
    const done: string[] = []
    const say = (what: string) => () => void done.push(what)
    const recorded = await record(() => {
      new Bench({ setup: say('setup'), teardown: say('teardown') }).add('a', say('op'), {
        beforeAll: say('beforeAll'),
        beforeEach: say('beforeEach'),
        afterEach: say('afterEach'),
        afterAll: say('afterAll'),
      })
    })
    await runOps(recorded, 'a', 2)
    assert.equal(
      done.join(' '),
      'setup beforeAll beforeEach op afterEach beforeEach op afterEach afterAll teardown',
    )
  })

  test('a file stays where it would run what is wanted, so that nothing is closed', async () => {
    let isOpen = true
    const file = async () => {
      await new Bench().add('first', () => {}).run()
      await new Bench().add('second', () => isOpen).run()
      isOpen = false
    }
    assert.deepEqual(idsOf(await record(file, 'second')), ['first', 'second'])
    assert.equal(isOpen, true)
    await record(file)
    assert.equal(isOpen, false)
  })

  test('an async main is waited for, also where nobody awaits it', async () => {
    const recorded = await record(() => {
      ;(async () => {
        await new Promise((resolve) => setTimeout(resolve, 40))
        await new Bench().add('late', () => {}).run()
      })()
    })
    assert.deepEqual(idsOf(recorded), ['late'])
  })

  test('names are lines of text, and each is another one', async () => {
    const recorded = await record(() => {
      for (const name of ['sort', 'sort', ' two\n lines ', 'x'.repeat(300)]) new Bench().add(name, () => {})
    })
    assert.deepEqual(idsOf(recorded), ['sort', 'sort (2)', 'two lines', 'x'.repeat(195)])
  })
})

describe('vitest 3 and 4', () => {
  test('groups nest, are made of tables, skipped or asked for alone', async () => {
    const recorded = await record(() => {
      vitest.describe('json', () => {
        vitest.describe.each([1, 2])('depth %i', (depth: number) => {
          vitest.bench('parse', () => depth)
        })
        vitest.bench.skip('slow', () => {})
        vitest.bench.todo('some day')
        vitest.bench.skipIf(true)('elsewhere', () => {})
      })
      vitest.suite.skip('nothing of it', () => vitest.bench('no', () => {}))
      vitest.bench('outside', () => {})
    })
    assert.deepEqual(idsOf(recorded).sort(), ['json › depth 1 › parse', 'json › depth 2 › parse', 'outside'])
    const only = await record(() => {
      vitest.bench('a', () => {})
      vitest.describe.only('b', () => vitest.bench('c', () => {}))
    })
    assert.deepEqual(idsOf(only), ['b › c'])
  })

  test('hooks of all groups around it run once, the outermost first', async () => {
    const done: string[] = []
    const say = (what: string) => () => void done.push(what)
    const recorded = await record(() => {
      vitest.describe('outer', () => {
        vitest.beforeAll(() => {
          done.push('outer')
          return say('cleanup')
        })
        vitest.afterAll(say('after outer'))
        vitest.describe('inner', () => {
          vitest.beforeEach(say('inner'))
          vitest.afterAll(say('after inner'))
          vitest.bench('a', say('op'), { setup: say('setup'), time: 100 })
        })
      })
    })
    await runOps(recorded, 'outer › inner › a', 2)
    assert.equal(done.join(' '), 'outer inner setup op op cleanup after inner after outer')
  })

  test('what vitest alone has says so', () => {
    assert.throws(() => (vitest.vi as { mock(): void }).mock(), /mocks, fake timers and stubs are of vitest/)
    assert.throws(() => vitest.test.extend({}), /test\.extend\(\) is of vitest/)
  })
})

describe('vitest 5', () => {
  const done: string[] = []
  const file = () => {
    vitest.describe('lists', () => {
      let list: number[] = []
      vitest.beforeAll(() => {
        list = [3, 1, 2]
      })
      vitest.test('a test without benches', () => assert.fail('it was run'))
      // biome-ignore lint/suspicious/noExplicitAny: as its users write it
      vitest.test('sort', async ({ bench }: any) => {
        const sorted = list.toSorted()
        done.length = 0
        const result = await bench('first', () => done.push('first')).run()
        vitest.expect(result.throughput.mean).toBeGreaterThan(10_000)
        const { cleared } = { cleared: () => done.push('cleared') }
        await bench.compare(
          bench('second', { beforeEach: cleared }, () => done.push(`second ${sorted}`)),
          bench.from('old', './old.json'),
          { time: 100 },
        )
        done.push('closed')
      })
    })
  }

  test('tests that take bench run without their benches, hooks before them', async () => {
    assert.deepEqual(idsOf(await record(file)), ['lists › sort › first', 'lists › sort › second'])
  })

  test('to run a bench its test runs up to it, and the rest of it afterwards', async () => {
    const recorded = await record(file)
    await runOps(recorded, 'lists › sort › second', 2)
    assert.deepEqual(done, ['cleared', 'second 1,2,3', 'cleared', 'second 1,2,3', 'closed'])
  })

  test('a test that fails before it has a bench is told, and does not stop the others', async () => {
    const recorded = await record(() => {
      // biome-ignore lint/suspicious/noExplicitAny: as its users write it
      vitest.test('broken', async ({ bench }: any) => {
        throw new Error(`no data for ${typeof bench}`)
      })
      vitest.bench('sound', () => {})
    })
    assert.deepEqual(idsOf(recorded), ['sound'])
    assert.deepEqual(recorded.uncollected, [
      { id: 'broken', reason: 'its test fails where benches do not run: no data for function' },
    ])
  })
})

describe('mitata', () => {
  test('a bench is one for every combination of its arguments', async () => {
    const recorded = await record(async () => {
      mitata.group('sum', () => {
        mitata.summary(() => {
          mitata.bench('of $n', () => {}).range('n', 1, 100)
          mitata.bench('two', () => {}).args({ x: [1, 2], y: ['a', 'b'] })
        })
      })
      mitata.bench(function named() {})
      await mitata.run()
    })
    assert.deepEqual(idsOf(recorded), [
      ...['sum › of 1', 'sum › of 8', 'sum › of 64', 'sum › of 100'],
      ...['sum › two (x 1, y a)', 'sum › two (x 2, y a)', 'sum › two (x 1, y b)', 'sum › two (x 2, y b)'],
      'named',
    ])
    assert.deepEqual(recorded.scenarios[0]?.parameters, { n: 1 })
  })

  test('what a generator yields is run; what is before and behind that once', async () => {
    const done: unknown[] = []
    const recorded = await record(() => {
      mitata
        .bench('a $n', function* (state: { get(name: string): number }) {
          done.push(`before ${state.get('n')}`)
          yield () => done.push('op')
          done.push('after')
        })
        .args('n', [7])
      mitata.bench('made', function* () {
        yield { 0: () => 'value', bench: (value: string) => done.push(value) }
      })
    })
    await runOps(recorded, 'a 7', 2)
    await runOps(recorded, 'made', 1)
    assert.deepEqual(done, ['before 7', 'op', 'op', 'after', 'value'])
  })

  test('a loop over the state is gone through once an op, and has its own clock', async () => {
    let rounds = 0
    const recorded = await record(() => {
      mitata.bench('loop', (state: Iterable<void>) => {
        for (const _ of state) rounds++
      })
    })
    assert.ok((await runOps(recorded, 'loop', 3))! >= 0)
    assert.equal(rounds, 3)
  })
})

describe('node:bench', () => {
  test('suites, parameters and hooks; an op is a call, timed by itself', async () => {
    const done: string[] = []
    const recorded = await record(() => {
      nodeBench.suite('URL', () => {
        nodeBench.before(() => done.push('before'))
        nodeBench.bench('parse', { samples: 3, params: { size: 'short' } }, (context: NodeContext) => {
          context.start()
          done.push(`op ${context.index}`)
          context.end(100)
        })
        nodeBench.bench.skip('skipped', () => {})
      })
      nodeBench.run().resume()
    })
    assert.deepEqual(idsOf(recorded), ['URL › parse (size short)'])
    assert.ok((await runOps(recorded, 'URL › parse (size short)', 2))! >= 0)
    assert.deepEqual(done, ['before', 'op 0', 'op 1'])
  })

  test('a call that measures nothing fails', async () => {
    const recorded = await record(() => void nodeBench.bench('idle', () => {}))
    await assert.rejects(runOps(recorded, 'idle', 1), /neither start\(\) and end\(\), nor record\(\)/)
  })
})
