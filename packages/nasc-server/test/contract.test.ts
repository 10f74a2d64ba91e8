import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  applyEvent,
  createProcessor,
  type Handler,
  MemoryStore,
  type Message,
  type Patch,
} from '../src/index.ts'

const counter: Handler = {
  mount: (params: Record<string, unknown>) => ({ count: 1, mountedWith: params }),
  add: ({ by }: { by: number }, state: { count: number }) => ({ ...state, count: state.count + by }),
  later: async (_: unknown, state: object) => ({ ...state, late: true }),
  refresh: (_: unknown, state: object) => state,
  spoil(_: unknown, state: { list?: number[] }) {
    state.list?.push(9)
    return state
  },
  drop: ({ key }: { key: string }, state: Record<string, unknown>) => {
    const { [key]: _, ...rest } = state
    return rest
  },
  fail() {
    throw new Error('boom')
  },
  answerNothing() {},
}

describe('MemoryStore', () => {
  test('loads what was persisted for that type and id, and nothing for others', async () => {
    const store = new MemoryStore()
    await store.persist('T', '1', {}, { a: 1 })
    assert.deepEqual(await store.load('T', '1'), { a: 1 })
    assert.equal(await store.load('T', '2'), undefined)
    assert.equal(await store.load('U', '1'), undefined)
  })

  test('load and persist are async', () => {
    const store = new MemoryStore()
    assert.ok(store.persist('T', '1', {}, {}) instanceof Promise)
    assert.ok(store.load('T', '1') instanceof Promise)
  })

  test('stores a copy of full', async () => {
    const store = new MemoryStore()
    const full = { list: [{ deep: 1 }], when: new Date(0) }
    await store.persist('T', '1', {}, full)
    full.list[0]!.deep = 2
    assert.deepEqual(await store.load('T', '1'), { list: [{ deep: 1 }], when: new Date(0) })
  })
})

describe('applyEvent', () => {
  const apply = (
    event: string,
    payload: unknown,
    current: Record<string, unknown>,
    store = new MemoryStore(),
    dryRun?: boolean,
  ) => applyEvent(counter, event, payload, current, store, 'Counter', 'c1', dryRun)

  test('calls handler[event] with the payload and a copy of the current state', async () => {
    const current = { list: [1] }
    const { newState } = await apply('spoil', {}, current)
    assert.deepEqual(newState, { list: [1, 9] })
    assert.deepEqual(current, { list: [1] }, 'the handler worked on a copy')
  })

  test('calls it as a method of the handler', async () => {
    const handler = {
      by: 5,
      add(this: { by: number }, _: unknown, state: { n: number }) {
        return { n: state.n + this.by }
      },
    }
    const { newState } = await applyEvent(
      handler as Handler,
      'add',
      {},
      { n: 1 },
      new MemoryStore(),
      'T',
      '1',
    )
    assert.deepEqual(newState, { n: 6 })
  })

  test('awaits an async handler', async () => {
    assert.deepEqual((await apply('later', {}, { a: 1 })).newState, { a: 1, late: true })
  })

  test('diff holds every top-level key whose value changed, with its new value, and no other', async () => {
    const before = { same: { deep: [1, { x: null }] }, changed: { deep: [1] }, gone: 1, count: 1 }
    const handler: Handler = {
      go: () => ({ same: { deep: [1, { x: null }] }, changed: { deep: [2] }, fresh: 0, count: 1 }),
    }
    const { diff } = await applyEvent(handler, 'go', {}, before, new MemoryStore(), 'T', '1')
    assert.deepEqual(diff, { changed: { deep: [2] }, gone: undefined, fresh: 0 })
  })

  for (const [name, before, after, isChanged] of [
    ['order of keys does not matter', { a: 1, b: 2 }, { b: 2, a: 1 }, false],
    ['order of items does', [1, 2], [2, 1], true],
    ['a longer list', [1], [1, 2], true],
    ['null is no object', null, {}, true],
    ['a list is no object', [], {}, true],
    ['a missing key is not an undefined one', { a: undefined }, { b: undefined }, true],
    ['NaN is itself', Number.NaN, Number.NaN, false],
    ['equal dates', new Date(1), new Date(1), false],
    ['other dates', new Date(1), new Date(2), true],
    ['a number is not its text', 1, '1', true],
  ] as const) {
    test(`diff: ${name}`, async () => {
      const handler: Handler = { go: () => ({ value: after }) }
      const { diff } = await applyEvent(handler, 'go', {}, { value: before }, new MemoryStore(), 'T', '1')
      assert.deepEqual(Object.keys(diff), isChanged ? ['value'] : [])
    })
  }

  test('persists, also when nothing changed, unless dryRun', async () => {
    const store = new MemoryStore()
    await apply('add', { by: 1 }, { count: 1 }, store, true)
    assert.equal(await store.load('Counter', 'c1'), undefined)
    await apply('refresh', {}, { count: 1 }, store)
    assert.deepEqual(await store.load('Counter', 'c1'), { count: 1 })
  })

  test('hands the store type, id, diff and full', async () => {
    const calls: unknown[] = []
    const store = { load: async () => null, persist: async (...args: unknown[]) => void calls.push(args) }
    await applyEvent(counter, 'add', { by: 2 }, { count: 1, other: 0 }, store, 'Counter', 'c1')
    assert.deepEqual(calls, [['Counter', 'c1', { count: 3 }, { count: 3, other: 0 }]])
  })

  for (const event of ['nope', 'toString', 'constructor', '__proto__', 'hasOwnProperty']) {
    test(`unknown event '${event}'`, async () => {
      await assert.rejects(apply(event, {}, {}), { message: `Unknown event '${event}' for Counter` })
    })
  }

  test('a handler that answers no state', async () => {
    await assert.rejects(apply('answerNothing', {}, {}), {
      message: "Event 'answerNothing' of Counter returned no state",
    })
  })

  test('a __proto__ key from a client is an ordinary key', async () => {
    const current = JSON.parse('{"__proto__": {"isAdmin": true}}') as Record<string, unknown>
    const { newState } = await apply('refresh', {}, current)
    assert.equal(newState.isAdmin, undefined)
    assert.deepEqual(Object.keys(newState), ['__proto__'])
  })
})

describe('createProcessor', () => {
  const listSchema = {
    type: 'object',
    properties: {
      items: { type: 'array', items: { $ref: '#/$defs/Item' } },
      next: { $ref: '#/$defs/Other' },
    },
  }
  const itemSchema = { type: 'object', properties: { id: { type: 'string' } } }
  const schemas = { Counter: listSchema, Item: itemSchema, Other: {} }

  const start = (provider: Parameters<typeof createProcessor>[2] = { schemaProvider: schemas }) => {
    const store = new MemoryStore()
    const process = createProcessor({ Counter: counter }, store, provider)
    const send = (event: string, payload?: unknown, extra: Partial<Message> = {}) =>
      process({ event, instance: 'c1', type: 'Counter', payload, ...extra })
    return { store, send }
  }
  const isMount = (patch: Patch) => patch.action === 'bindUpdate'

  test('first mount calls handler.mount with the payload and the id under the type’s name', async () => {
    const { send } = start()
    const patches = await send('mount', { page: 3 })
    const mountedWith = patches.find(
      (patch) => isMount(patch) && 'prop' in patch && patch.prop === 'mountedWith',
    )
    assert.deepEqual(mountedWith, {
      action: 'bindUpdate',
      instance: 'c1',
      type: 'Counter',
      prop: 'mountedWith',
      value: { page: 3, counterId: 'c1' },
    })
  })

  test('first mount does not touch the payload', async () => {
    const payload = { page: 3 }
    await start().send('mount', payload)
    assert.deepEqual(payload, { page: 3 })
  })

  test('first mount persists the state', async () => {
    const { store, send } = start()
    await send('mount')
    assert.deepEqual(await store.load('Counter', 'c1'), { count: 1, mountedWith: { counterId: 'c1' } })
  })

  test('mount answers own schema, then the types array items refer to, then one bindUpdate a property', async () => {
    assert.deepEqual(await start().send('mount'), [
      { action: 'schema', instance: 'c1', type: 'Counter', schema: listSchema },
      { action: 'schema', instance: 'c1', type: 'Item', schema: itemSchema },
      { action: 'bindUpdate', instance: 'c1', type: 'Counter', prop: 'count', value: 1 },
      {
        action: 'bindUpdate',
        instance: 'c1',
        type: 'Counter',
        prop: 'mountedWith',
        value: { counterId: 'c1' },
      },
    ])
  })

  test('schemas may come from an async function, or be missing', async () => {
    const provided = await start({
      schemaProvider: async (type) => (type === 'Counter' ? listSchema : null),
    }).send('mount')
    assert.deepEqual(
      provided.filter(({ action }) => action === 'schema').map((patch) => 'type' in patch && patch.type),
      ['Counter'],
    )
    assert.deepEqual(
      (await start({}).send('mount')).filter(({ action }) => action === 'schema'),
      [],
    )
  })

  test('a later mount hydrates from the store without calling the handler', async () => {
    const { store, send } = start()
    await store.persist('Counter', 'c1', {}, { count: 42 })
    assert.deepEqual((await send('mount')).filter(isMount), [
      { action: 'bindUpdate', instance: 'c1', type: 'Counter', prop: 'count', value: 42 },
    ])
  })

  test('an event answers one bindUpdate per changed property', async () => {
    const { send } = start()
    await send('mount')
    assert.deepEqual(await send('add', { by: 2 }), [
      { action: 'bindUpdate', instance: 'c1', type: 'Counter', prop: 'count', value: 3 },
    ])
  })

  test('events build on what was persisted', async () => {
    const { send, store } = start()
    await send('mount')
    await send('add', { by: 2 })
    await send('add', { by: 2 })
    assert.equal((await store.load('Counter', 'c1'))?.count, 5)
  })

  test('nothing changed answers no patches', async () => {
    const { send } = start()
    await send('mount')
    assert.deepEqual(await send('refresh'), [])
  })

  test('a removed property is bound to undefined', async () => {
    const { send } = start()
    await send('mount')
    assert.deepEqual(await send('drop', { key: 'count' }), [
      { action: 'bindUpdate', instance: 'c1', type: 'Counter', prop: 'count', value: undefined },
    ])
  })

  for (const [name, event, extra, message] of [
    ['unknown type', 'mount', { type: 'Nope' }, "Unknown handler for type 'Nope'"],
    [
      'a type that every object has',
      'mount',
      { type: 'constructor' },
      "Unknown handler for type 'constructor'",
    ],
    ['not mounted', 'add', { instance: 'never' }, 'Instance never not mounted.'],
    ['a throwing handler', 'fail', {}, 'boom'],
    ['an unknown event', 'nope', {}, "Unknown event 'nope' for Counter"],
  ] as const) {
    test(`${name} is an error patch, never a throw`, async () => {
      const { send } = start()
      await send('mount')
      assert.deepEqual(await send(event, {}, extra), [{ action: 'error', message }])
    })
  }

  test('a store that fails is an error patch', async () => {
    const store = {
      load: async () => {
        throw new Error('disk gone')
      },
      persist: async () => {},
    }
    const process = createProcessor({ Counter: counter }, store)
    assert.deepEqual(await process({ event: 'add', instance: 'c1', type: 'Counter' }), [
      { action: 'error', message: 'disk gone' },
    ])
  })
})
