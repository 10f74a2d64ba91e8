import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { type HttpApp, openApp } from './http-app.ts'

const listener = (request: IncomingMessage, response: ServerResponse) => {
  request.pipe(response)
}
const fetchApp = {
  fetch: async (request: Request) =>
    new Response(request.body === null ? 'nothing' : await request.text(), {
      status: 201,
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    }),
}
/** As Fastify is: its server has no routes before it is ready. */
function makeReadyApp() {
  const server = createServer()
  return { server, ready: async () => void server.on('request', listener) }
}

const APPS: readonly [string, HttpApp, number][] = [
  ['a request listener', listener, 200],
  ['a server', createServer(listener), 200],
  ['an app that must become ready', makeReadyApp(), 200],
  ['an app with a callback', { callback: () => listener }, 200],
  ['an app with fetch', fetchApp, 201],
  ['a function that makes one', () => fetchApp, 201],
  ['a function that makes one in time', async () => createServer(listener), 200],
]

for (const [what, app, status] of APPS) {
  test(`${what} answers`, async (t) => {
    const server = await openApp(app)
    t.after(() => server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'hello' })
    assert.deepEqual([response.status, await response.text()], [status, 'hello'])
    if (status === 201) assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
  })
}

test('what is no app is named', async () => {
  await assert.rejects(openApp({ app: 1 } as never), /an object with app is no app/)
  await assert.rejects(openApp(((_: unknown) => 1) as never), /a function of 1 parameter/)
  await assert.rejects(openApp(undefined), /undefined is no app/)
})

test('an app that listens already is refused', async (t) => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  await assert.rejects(openApp(server), /listens already/)
})
