import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AnswerReader, type HttpAnswer } from './answer.ts'

/** An answer, what it is one to, and what is read of it. */
type Row = readonly [
  name: string,
  method: string,
  bytes: string,
  status: number,
  body: string,
  isReusable: boolean,
]

const OK = 'HTTP/1.1 200 OK\r\n'
const ROWS: readonly Row[] = [
  ['a body of known length', 'GET', `${OK}content-length: 2\r\n\r\nok`, 200, 'ok', true],
  ['no body', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n', 204, '', true],
  ['no reason', 'GET', 'HTTP/1.1 204\r\n\r\n', 204, '', true],
  [
    'HEAD with the length of what GET would bring',
    'HEAD',
    `${OK}Content-Length: 5000\r\n\r\n`,
    200,
    '',
    true,
  ],
  ['HEAD of a chunked answer', 'HEAD', `${OK}Transfer-Encoding: chunked\r\n\r\n`, 200, '', true],
  ['304 with a length', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n', 304, '', true],
  [
    'chunks',
    'GET',
    `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x="0"\r\n0123456789\r\n0\r\n\r\n`,
    200,
    'abc0123456789',
    true,
  ],
  [
    'a chunk that looks like the end',
    'GET',
    `${OK}transfer-encoding: Chunked\r\n\r\n8\r\n\r\n0\r\n\r\n.\r\n0\r\n\r\n`,
    200,
    '\r\n0\r\n\r\n.',
    true,
  ],
  [
    'trailers',
    'POST',
    `${OK}Transfer-Encoding: chunked\r\nTrailer: Server-Timing\r\n\r\n2\r\nok\r\n0\r\nServer-Timing: db;dur=2\r\nX: y\r\n\r\n`,
    200,
    'ok',
    true,
  ],
  [
    'chunks count, where a length is there too',
    'GET',
    `${OK}Content-Length: 1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    200,
    'ok',
    true,
  ],
  [
    'early hints',
    'GET',
    `HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
    200,
    'ok',
    true,
  ],
  [
    'the last answer of a connection',
    'GET',
    `${OK}Connection: foo, Close\r\nContent-Length: 2\r\n\r\nok`,
    200,
    'ok',
    false,
  ],
  ['HTTP/1.0', 'GET', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', 200, 'ok', false],
  [
    'HTTP/1.0 that keeps alive',
    'GET',
    'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
    200,
    'ok',
    true,
  ],
  ['the same length twice', 'GET', `${OK}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`, 200, 'ok', true],
  ['more than the answer', 'HEAD', `${OK}Content-Length: 2\r\n\r\nok`, 200, '', false],
]

function read(
  method: string,
  pieces: readonly string[],
): { reader: AnswerReader; answer: HttpAnswer | undefined } {
  const reader = new AnswerReader()
  reader.begin(method)
  let answer: HttpAnswer | undefined
  for (const piece of pieces) answer = reader.push(Buffer.from(piece)) ?? answer
  return { reader, answer }
}

describe('an answer', () => {
  for (const [name, method, bytes, status, body, isReusable] of ROWS) {
    test(`${name}, cut anywhere`, () => {
      const cuts = Array.from({ length: bytes.length }, (_, at) => [bytes.slice(0, at), bytes.slice(at)])
      for (const pieces of [[bytes], [...bytes], ...cuts]) {
        // What comes too late is nobody's.
        const inTime = isReusable || !name.startsWith('more') ? pieces : [bytes]
        const { reader, answer } = read(
          method,
          inTime.filter((piece) => piece !== ''),
        )
        assert.equal(answer?.status, status)
        assert.equal(answer.text(), body)
        assert.equal(reader.isReusable, isReusable)
      }
    })
  }

  test('without a length it ends with the connection', () => {
    const { reader, answer } = read('GET', [`${OK}\r\nabc`, 'def'])
    assert.equal(answer, undefined)
    assert.equal(reader.end()?.text(), 'abcdef')
    assert.equal(reader.isReusable, false)
    const { reader: cutOff } = read('GET', [`${OK}Content-Length: 4\r\n\r\nabc`])
    assert.equal(cutOff.end(), undefined)
  })

  test('the next answers are read on their own, whatever their heads', () => {
    const reader = new AnswerReader()
    for (const [bytes, status] of [
      [`${OK}Content-Length: 2\r\n\r\nok`, 200],
      [`${OK}Content-Length: 3\r\n\r\nabc`, 200],
      ['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 404],
    ] as const) {
      reader.begin('GET')
      assert.equal(reader.push(Buffer.from(bytes))?.status, status)
    }
  })

  test('how long a connection is kept', () => {
    const { reader } = read('GET', [`${OK}Keep-Alive: timeout=5, max=100\r\nContent-Length: 0\r\n\r\n`])
    assert.equal(reader.idleMs, 5000)
  })

  for (const [name, bytes, message] of [
    ['another protocol', 'SSH-2.0-OpenSSH\r\n', /does not speak HTTP\/1.1: "SSH-2.0"/],
    ['HTTP/2', '\0\0\x06\x04\0\0\0\0\0', /does not speak HTTP/],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', /switched/],
    ['two lengths', `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, /1 and 2 bytes/],
    ['no length', `${OK}Content-Length: -1\r\n\r\n`, /-1 bytes/],
    ['no size', `${OK}Transfer-Encoding: chunked\r\n\r\nx\r\n`, /a chunk has no size: "x"/],
    [
      'a chunk that is too long',
      `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n`,
      /longer than its size/,
    ],
    ['a head without end', `${OK}${'x'.repeat(70_000)}`, /longer than 65536 bytes/],
    ['no status', 'HTTP/1.1 OK\r\n\r\n', /does not speak HTTP/],
  ] as const) {
    test(`${name} is refused`, () => assert.throws(() => read('GET', [bytes]), message))
  }
})
