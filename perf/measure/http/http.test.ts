import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createSocketServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import type { HttpRequest } from '../../suite/scenario.ts'
import { Connection, type Endpoint } from './connection.ts'
import { CookieJar } from './cookies.ts'
import { EventStream } from './event-stream.ts'
import { jsonRequest, prepareRequest } from './request.ts'
import { listen } from './server.ts'

async function serve(t: TestContext, server: Server): Promise<Endpoint> {
  t.after(() => server.close())
  return listen(server)
}

async function connectTo(t: TestContext, server: Server): Promise<Connection> {
  const connection = await Connection.open(await serve(t, server))
  t.after(() => connection.close())
  return connection
}

const GET = jsonRequest('GET', '/')
const answerOk: RequestListener = (_request, response) => response.end('ok')

/** How many connections a server has taken. */
function countConnections(server: Server): () => number {
  let count = 0
  server.on('connection', () => count++)
  return () => count
}

describe('Connection', () => {
  test('many exchanges on one connection', async (t) => {
    const server = createServer(answerOk)
    const connections = countConnections(server)
    const connection = await connectTo(t, server)
    for (let i = 0; i < 3; i++) assert.equal((await connection.exchange(GET)).text(), 'ok')
    assert.equal(connections(), 1)
  })

  for (const [name, create] of [
    [
      'a server that closes after each answer',
      () => createServer((_, s) => s.setHeader('Connection', 'close').end('ok')),
    ],
    [
      'a server that takes three requests a connection',
      () => Object.assign(createServer(answerOk), { maxRequestsPerSocket: 3 }),
    ],
    [
      'a server that answers without a length',
      () =>
        createServer((_, s) =>
          s.writeHead(200, { 'Transfer-Encoding': 'identity', Connection: 'close' }).end('ok'),
        ),
    ],
    [
      'a server that speaks HTTP/1.0',
      () =>
        createSocketServer((socket) =>
          socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nok')),
        ),
    ],
  ] as const) {
    test(`${name}: the next request opens another connection`, async (t) => {
      const server = create()
      const connections = countConnections(server)
      const connection = await connectTo(t, server)
      for (let i = 0; i < 7; i++) {
        const answer = await connection.exchange(GET)
        assert.deepEqual([answer.status, answer.text()], [200, 'ok'])
      }
      assert.equal(connections(), name.includes('three') ? 3 : 7)
    })
  }

  test('an idle connection is not used when the server is about to close it', async (t) => {
    const server = Object.assign(createServer(answerOk), { keepAliveTimeout: 1000 })
    const connections = countConnections(server)
    const connection = await connectTo(t, server)
    await connection.exchange(GET)
    await connection.exchange(GET)
    assert.equal(connections(), 2)
  })

  test('an idle connection that the server has closed is no failure', async (t) => {
    const sockets: Socket[] = []
    const connection = await connectTo(
      t,
      createServer(answerOk).on('connection', (socket) => sockets.push(socket)),
    )
    await connection.exchange(GET)
    const closed = new Promise((resolve) => sockets[0]!.once('close', resolve))
    sockets[0]!.end()
    await closed
    assert.equal((await connection.exchange(GET)).status, 200)
  })

  test('HEAD, 304, trailers and early hints of Node’s own server', async (t) => {
    const server = createServer((request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' })
      response.writeProcessing()
      if (request.url === '/304') response.writeHead(304, { 'Content-Length': 1000 }).end()
      else {
        if (request.method === 'GET') response.writeHead(200, { Trailer: 'Server-Timing' })
        response.write('ok')
        response.addTrailers({ 'Server-Timing': 'db;dur=1' })
        response.end()
      }
    })
    const connections = countConnections(server)
    const connection = await connectTo(t, server)
    for (const [method, path, status, body] of [
      ['HEAD', '/', 200, ''],
      ['GET', '/304', 304, ''],
      ['GET', '/', 200, 'ok'],
      ['HEAD', '/304', 304, ''],
    ] as const) {
      const answer = await connection.exchange(jsonRequest(method, path))
      assert.deepEqual([answer.status, answer.text()], [status, body])
    }
    assert.equal(connections(), 1)
  })

  test('HTTPS, with a certificate that nobody else trusts', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'flamegate cert '))
    t.after(() => rmSync(folder, { recursive: true }))
    const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') }
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      '/CN=app.test',
    ]
    try {
      execFileSync('openssl', [...args, '-keyout', files.key, '-out', files.cert], { stdio: 'ignore' })
    } catch {
      return t.skip('no openssl')
    }
    const server = createSecureServer(
      { key: readFileSync(files.key), cert: readFileSync(files.cert) },
      (request, response) => {
        if (request.url === '/once') response.setHeader('Connection', 'close')
        response.end(request.url)
      },
    )
    const connection = await connectTo(t, server)
    for (const path of ['/', '/once', '/once', '/']) {
      assert.equal((await connection.exchange(jsonRequest('GET', path))).text(), path)
    }
  })

  test('a server that hangs up, one that is not there, and one that speaks something else reject', async (t) => {
    const hangsUp = await connectTo(
      t,
      createServer((request) => request.socket.destroy()),
    )
    await assert.rejects(hangsUp.exchange(GET), /closed the connection|ECONNRESET/)
    const foreign = await connectTo(
      t,
      createSocketServer((socket) => socket.on('error', () => {}).end('220 mail\r\n')),
    )
    await assert.rejects(foreign.exchange(GET), /closed the connection|does not speak|ECONNRESET|EPIPE/)
    const server = createServer()
    const endpoint = await serve(t, server)
    await new Promise((resolve) => server.close(resolve))
    await assert.rejects(Connection.open(endpoint), /ECONNREFUSED/)
  })
})

describe('a request', () => {
  /** What a server understands of it. */
  async function seen(t: TestContext, request: HttpRequest, cookies?: string[]) {
    let heard: IncomingMessage | undefined
    const server = createServer(async (incoming, response) => {
      heard = incoming
      const pieces: Buffer[] = []
      for await (const piece of incoming) pieces.push(piece)
      response.end(Buffer.concat(pieces))
    })
    const connection = await connectTo(t, server)
    const body = (await connection.exchange(await prepareRequest(request, cookies))).text()
    return { body, method: heard!.method, url: heard!.url, headers: heard!.headers, raw: heard!.rawHeaders }
  }

  test('has a method, a path and no more than it needs', async (t) => {
    const { raw, method, url } = await seen(t, { method: 'GET', path: '/a%20b?c=d' })
    assert.deepEqual([method, url], ['GET', '/a%20b?c=d'])
    assert.deepEqual(raw, ['Host', '127.0.0.1', 'Connection', 'keep-alive'])
  })

  test('has the headers it is given, and cookies beside its own', async (t) => {
    const headers = { host: 'app.test', Authorization: 'Bearer x', Cookie: 'a=1', 'X-Many': ['1', '2'] }
    const { headers: heard } = await seen(t, { method: 'POST', path: '/', headers }, ['b=2'])
    assert.equal(heard.host, 'app.test')
    assert.equal(heard.authorization, 'Bearer x')
    assert.equal(heard.cookie, 'a=1; b=2')
    assert.equal(heard['x-many'], '1, 2')
    assert.equal(heard['content-length'], '0')
  })

  const form = new FormData()
  form.set('file', new Blob(['content']), 'ü.txt')
  for (const [name, body, type, text] of [
    ['JSON', { text: 'ü' }, /^application\/json$/, /^\{"text":"ü"\}$/],
    ['null', null, /^application\/json$/, /^null$/],
    ['text', 'query { ü }', /^text\/plain;charset=UTF-8$/, /^query \{ ü \}$/],
    ['bytes', Buffer.from('raw'), /^undefined$/, /^raw$/],
    ['a buffer', new TextEncoder().encode('raw').buffer, /^undefined$/, /^raw$/],
    ['a form', new URLSearchParams({ a: 'b c' }), /^application\/x-www-form-urlencoded/, /^a=b\+c$/],
    [
      'a form with files',
      form,
      /^multipart\/form-data; boundary=/,
      /filename="ü.txt"[\s\S]*\r\n\r\ncontent\r\n/,
    ],
  ] as const) {
    test(`has ${name} for a body`, async (t) => {
      const { body: heard, headers } = await seen(t, { method: 'POST', path: '/', body })
      assert.match(String(headers['content-type']), type)
      assert.match(heard, text)
      assert.equal(Number(headers['content-length']), Buffer.byteLength(heard))
    })
  }

  test('a type of its own, and chunks', async (t) => {
    const headers = { 'content-type': 'application/graphql', 'Transfer-Encoding': 'chunked' }
    const { body, headers: heard } = await seen(t, { method: 'PUT', path: '/', body: 'query', headers })
    assert.equal(body, 'query')
    assert.equal(heard['content-type'], 'application/graphql')
    assert.equal(heard['content-length'], undefined)
  })

  for (const [name, request, message] of [
    ['a path with a line break', { method: 'GET', path: '/\r\nX: y' }, /without blanks/],
    ['no method', { method: 'GET /', path: '/' }, /'GET \/' is no method/],
    [
      'a header with a line break',
      { method: 'GET', path: '/', headers: { a: 'b\r\nc: d' } },
      /Invalid character in header content \["a"\]/,
    ],
  ] as const) {
    test(`${name} is refused`, () => assert.rejects(prepareRequest(request), message))
  }
})

test('cookies are kept as a browser keeps them for one host', () => {
  const jar = new CookieJar()
  const answer = (...cookies: string[]) => ({
    status: 200,
    cookies: () => cookies,
    text: () => '',
    json: () => null,
  })
  jar.keep(
    answer(
      'a=1; Path=/; HttpOnly',
      'b = x=y ',
      'gone=1',
      'old=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      '=none',
    ),
  )
  jar.keep(answer('a=2; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'gone=; Max-Age=0'))
  assert.deepEqual(jar.list(), ['a=2', 'b=x=y'])
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
    const stream = await EventStream.open(await serve(t, server), { path: '/', failOnPrefix: 'ERROR' })
    t.after(() => {
      stream.close()
      server.closeAllConnections()
    })
    await stream.reach(2)
    await stream.settle()
    // [1,2] is 5 bytes, ["ü"] is 6
    assert.equal(stream.dataBytes, 11)
    stream.assertHealthy()
  })

  test('an event with the failing prefix is told; it is asked for with cookies and headers', async (t) => {
    let asked = ''
    const server = createServer((request, response) => {
      asked = `${request.headers.cookie} ${request.headers.authorization}`
      response.write('data: []\n\n')
      response.write('data: [{"action":"error","message":"no"}]\n\n')
    })
    const asking = { path: '/', failOnPrefix: '[{"action":"error"', headers: { Authorization: 'x' } }
    const stream = await EventStream.open(await serve(t, server), asking, ['a=1'])
    t.after(() => {
      stream.close()
      server.closeAllConnections()
    })
    await stream.reach(2)
    assert.equal(asked, 'a=1 x')
    assert.throws(() => stream.assertHealthy(), /the stream brought \[\{"action":"error","message":"no"\}\]/)
  })
})
