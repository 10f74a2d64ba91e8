import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { Connection, jsonRequest } from './connection.ts'
import { EventStream } from './event-stream.ts'

async function listen(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

async function connectTo(t: TestContext, listener: RequestListener): Promise<Connection> {
  const server = createServer(listener)
  const connection = await Connection.open(await listen(t, server))
  t.after(() => connection.close())
  return connection
}

/** A server that answers with raw bytes, piece by piece. */
async function connectToRaw(t: TestContext, pieces: readonly string[]): Promise<Connection> {
  const server = createSocketServer(async (socket: Socket) => {
    socket.on('error', () => {})
    for await (const _ of socket) {
      for (const piece of pieces) {
        socket.write(piece)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
  })
  const connection = await Connection.open(await listen(t, server))
  t.after(() => connection.close())
  return connection
}

describe('Connection', () => {
  test('sends method, path and body; many exchanges on one connection', async (t) => {
    const seen: string[] = []
    const ports = new Set<number | undefined>()
    const connection = await connectTo(t, async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      seen.push(`${request.method} ${request.url} ${body}`)
      ports.add(request.socket.remotePort)
      response.writeHead(202, { 'Content-Length': 2 }).end('{}')
    })
    for (let i = 0; i < 3; i++) {
      const answer = await connection.exchange(jsonRequest('POST', '/event', { text: `ü${i}` }))
      assert.equal(answer.status, 202)
      assert.deepEqual(answer.json(), {})
    }
    assert.deepEqual(
      seen,
      [0, 1, 2].map((i) => `POST /event {"text":"ü${i}"}`),
    )
    assert.equal(ports.size, 1)
  })

  for (const [name, pieces, status] of [
    ['a head cut in two', ['HTTP/1.1 200 OK\r\nContent-Le', 'ngth: 2\r\n\r\nok'], 200],
    ['a body cut in two', ['HTTP/1.1 500 No\r\ncontent-length: 4\r\n\r\nab', 'cd'], 500],
    [
      'a chunked body',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', '0\r\n\r\n'],
      200,
    ],
    ['no body', ['HTTP/1.1 204 No Content\r\n\r\n'], 204],
  ] as const) {
    test(`reads ${name}`, async (t) => {
      const connection = await connectToRaw(t, pieces)
      assert.equal((await connection.exchange(jsonRequest('GET', '/'))).status, status)
    })
  }

  test('a server that hangs up, and one that is not there, reject', async (t) => {
    const connection = await connectTo(t, (request) => request.socket.destroy())
    await assert.rejects(connection.exchange(jsonRequest('GET', '/')), /closed the connection|ECONNRESET/)
    const server = createServer()
    const port = await listen(t, server)
    await new Promise((resolve) => server.close(resolve))
    await assert.rejects(Connection.open(port), /ECONNREFUSED/)
  })
})

describe('EventStream', () => {
  test('counts the bytes of data lines, however they are cut, and nothing else', async (t) => {
    const server = createServer(async (_request, response) => {
      response.write(': connected\n\n')
      for (const piece of ['id: 1\ndata: [1', ',2]\n\n', ': ping 1\n', '\ndata: ["ü"]\n\nid: 3\n', '\n']) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        response.write(piece)
      }
    })
    const stream = await EventStream.open(await listen(t, server), '/', 'ERROR')
    t.after(() => {
      stream.close()
      server.closeAllConnections()
    })
    await new Promise((resolve) => setTimeout(resolve, 80))
    await stream.settle()
    // [1,2] is 5 bytes, ["ü"] is 6
    assert.equal(stream.dataBytes, 11)
    stream.assertHealthy()
  })

  test('an event with the failing prefix is told', async (t) => {
    const server = createServer((_request, response) => {
      response.write('data: []\n\n')
      response.write('data: [{"action":"error","message":"no"}]\n\n')
    })
    const stream = await EventStream.open(await listen(t, server), '/', '[{"action":"error"')
    t.after(() => {
      stream.close()
      server.closeAllConnections()
    })
    await stream.settle()
    assert.throws(() => stream.assertHealthy(), /the stream brought \[\{"action":"error","message":"no"\}\]/)
  })
})
