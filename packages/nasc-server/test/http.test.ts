import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import express from 'express'
import { type AttachOptions, attachNasc, type Handler, MemoryStore } from '../src/index.ts'

const Note: Handler = {
  mount: () => ({ text: 'hello', tags: ['a'] }),
  write: ({ text }: { text: string }, state: object) => ({ ...state, text }),
  refresh: (_: unknown, state: object) => state,
  data: 1,
}
const schemaProvider = { Note: { type: 'object', properties: { text: { type: 'string' } } } }

/** A real server on an ephemeral port of 127.0.0.1. */
async function serve(
  t: TestContext,
  options: Partial<AttachOptions> = {},
): Promise<{ url: string; store: MemoryStore; server: Server }> {
  const app = express()
  const server = createServer(app)
  const store = new MemoryStore()
  attachNasc({ app, server, handlers: { Note }, schemaProvider, store, ...options })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, store, server }
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(`${url}/nasc/event`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** Opens a stream; `next` resolves with its next block (up to an empty line). */
async function subscribe(t: TestContext, url: string, clientId: string) {
  const abort = new AbortController()
  t.after(() => abort.abort())
  const response = await fetch(`${url}/nasc/stream?clientId=${encodeURIComponent(clientId)}`, {
    signal: abort.signal,
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<string> => {
    while (!text.includes('\n\n')) {
      const { value, done } = await reader.read()
      if (done) return text
      text += value
    }
    const end = text.indexOf('\n\n')
    const block = text.slice(0, end)
    text = text.slice(end + 2)
    return block
  }
  return { response, next }
}

describe('attachNasc', () => {
  for (const [name, options] of [
    ['no app', { server: {} }],
    ['no server', { app: {} }],
    ['nothing', undefined],
  ] as const) {
    test(`${name} is a clear error`, () => {
      assert.throws(() => attachNasc(options as never), /attachNasc needs \{ app, server \}/)
    })
  }

  test('returns the store and processMessage', async () => {
    const app = express()
    const { store, processMessage } = attachNasc({ app, server: createServer(app), handlers: { Note } })
    assert.ok(store instanceof MemoryStore)
    await processMessage({ event: 'mount', instance: 'n1', type: 'Note' })
    assert.deepEqual(await store.load('Note', 'n1'), { text: 'hello', tags: ['a'] })
  })

  test('POST /nasc/event answers 202 { ok: true } and runs the event on the store', async (t) => {
    const { url, store } = await serve(t)
    await post(url, { event: 'mount', instance: 'n1', type: 'Note' })
    const response = await post(url, {
      event: 'write',
      instance: 'n1',
      type: 'Note',
      payload: { text: 'new' },
    })
    assert.equal(response.status, 202)
    assert.deepEqual(await response.json(), { ok: true })
    assert.deepEqual(await store.load('Note', 'n1'), { text: 'new', tags: ['a'] })
  })

  test('patches go to the stream of the client that posted, with the event id, and to no other', async (t) => {
    const { url } = await serve(t)
    const mine = await subscribe(t, url, 'me')
    const other = await subscribe(t, url, 'other')
    assert.equal(await mine.next(), ': connected me')
    assert.equal(await other.next(), ': connected other')
    await post(url, { clientId: 'me', eventId: 7, event: 'mount', instance: 'n1', type: 'Note' })
    const [id, data] = (await mine.next()).split('\n')
    assert.equal(id, 'id: 7')
    assert.deepEqual(JSON.parse(data!.replace(/^data: /, '')), [
      { action: 'schema', instance: 'n1', type: 'Note', schema: schemaProvider.Note },
      { action: 'bindUpdate', instance: 'n1', type: 'Note', prop: 'text', value: 'hello' },
      { action: 'bindUpdate', instance: 'n1', type: 'Note', prop: 'tags', value: ['a'] },
    ])
    await post(url, {
      clientId: 'other',
      event: 'write',
      instance: 'n1',
      type: 'Note',
      payload: { text: 'x' },
    })
    assert.match(await other.next(), /^data: .*"value":"x"/)
  })

  test('an event that changes nothing pushes nothing; an error is pushed as a patch', async (t) => {
    const { url } = await serve(t)
    const stream = await subscribe(t, url, 'me')
    await stream.next()
    await post(url, { event: 'mount', instance: 'n1', type: 'Note' })
    await post(url, { clientId: 'me', event: 'refresh', instance: 'n1', type: 'Note' })
    const response = await post(url, { clientId: 'me', event: 'nope', instance: 'n1', type: 'Note' })
    assert.equal(response.status, 202)
    assert.equal(await stream.next(), `data: [{"action":"error","message":"Unknown event 'nope' for Note"}]`)
  })

  test('GET /nasc/stream is an event stream that starts with a comment', async (t) => {
    const { url } = await serve(t)
    const { response, next } = await subscribe(t, url, 'a\nb')
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type')!, /^text\/event-stream/)
    assert.equal(
      await next(),
      ': connected a b',
      'a line break in the id does not start a line of the stream',
    )
  })

  test('the keep-alive ping is a comment', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const { url } = await serve(t)
    const { next } = await subscribe(t, url, 'me')
    await next()
    t.mock.timers.tick(20_000)
    assert.match(await next(), /^: ping \d+$/)
  })

  test('GET /nasc/manifest names what clients can call: inherited methods too, and no others', async (t) => {
    class Base {
      mount() {}
      rename() {}
    }
    class Derived extends Base {
      archive() {}
    }
    const { url } = await serve(t, { handlers: { Derived: new Derived() as unknown as Handler } })
    assert.deepEqual(await (await fetch(`${url}/nasc/manifest`)).json(), {
      Derived: { events: ['archive', 'rename'], hasMount: true },
    })
  })

  test('a schema provider that fails is answered with 500, on Express 4 too', async (t) => {
    const { url } = await serve(t, { schemaProvider: () => Promise.reject(new Error('no schemas')) })
    assert.equal((await fetch(`${url}/nasc/schema/Note`)).status, 500)
  })

  test('GET /nasc/manifest names the events of each type', async (t) => {
    const { url } = await serve(t)
    assert.deepEqual(await (await fetch(`${url}/nasc/manifest`)).json(), {
      Note: { events: ['refresh', 'write'], hasMount: true },
    })
  })

  test('GET /nasc/schema/:type answers the schema, or 404', async (t) => {
    const { url } = await serve(t)
    assert.deepEqual(await (await fetch(`${url}/nasc/schema/Note`)).json(), schemaProvider.Note)
    const missing = await fetch(`${url}/nasc/schema/constructor`)
    assert.equal(missing.status, 404)
    assert.deepEqual(await missing.json(), { error: "Schema not found for type 'constructor'" })
  })

  test('a body that is no JSON is a 400 and the server lives on', async (t) => {
    const { url } = await serve(t)
    const headers = { 'content-type': 'application/json' }
    assert.equal((await fetch(`${url}/nasc/event`, { method: 'POST', headers, body: '{' })).status, 400)
    assert.equal((await post(url, { event: 'mount', instance: 'n1', type: 'Note' })).status, 202)
  })

  test('a post without a body is answered, with an error patch for nobody', async (t) => {
    const { url } = await serve(t)
    assert.equal((await fetch(`${url}/nasc/event`, { method: 'POST' })).status, 202)
  })
})
