// Servers of known illness, and healthy ones.
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { gzipSync } from 'node:zlib'
import express, { type Express } from 'express'

const lines = Array.from({ length: 300 }, (_, i) => ({ sku: `sku${i}`, cents: i * 7, note: `line ${i}` }))
export const ORDER = { lines, customer: 'somebody' }
const PAGE = '<p>a page of a shop, as it is sent to everybody</p>\n'.repeat(8_000)

/** Reads large bodies of which it needs one number. */
export function bodies(): Express {
  const app = express()
  app.use(express.json({ limit: '1mb' }))
  app.post('/count', (request, response) => {
    const { lines } = request.body as typeof ORDER
    response.end(String(lines.length))
  })
  return app
}

/** Sets a hundred headers on every answer. */
export function headers(): Server {
  return createServer((_request, response) => {
    for (let i = 0; i < 100; i++) response.setHeader(`X-Header-Number-${i}`, `value ${i}`)
    response.end('ok')
  })
}

/** Has Express hash the same large page for every answer. */
export function entityTags(): Express {
  const app = express()
  app.get('/page', (_request, response) => {
    response.send(PAGE)
  })
  return app
}

/** Writes every line of an answer by itself. */
export function writes(): Server {
  return createServer((_request, response) => {
    for (let i = 0; i < 200; i++) response.write(`line ${i}\n`)
    response.end()
  })
}

/** Packs every answer while everybody waits. */
export function packing(): Server {
  return createServer((_request, response) => {
    const packed = gzipSync(JSON.stringify(ORDER))
    response.setHeader('Content-Encoding', 'gzip')
    response.end(packed)
  })
}

/** Compares a misspelt word with all that there are, while everybody waits. */
export function blocking(): Server {
  return createServer((request, response) => {
    const wanted = request.url!.slice(1)
    response.end(closest(wanted, WORDS))
  })
}

/** The same work, in parts: others have their turn between them. */
export function inParts(): Server {
  return createServer((request, response) => {
    const wanted = request.url!.slice(1)
    let best = ''
    const go = (from: number) => {
      if (from >= WORDS.length) return response.end(best)
      best = closest(wanted, [best, ...WORDS.slice(from, from + PART)])
      return setImmediate(go, from + PART)
    }
    go(0)
  })
}

const WORDS = Array.from({ length: 50_000 }, (_, i) => `word${(i * 7919) % 10_007}`)
const PART = 200
const LONGEST = 64
let [above, row] = [new Uint8Array(LONGEST), new Uint8Array(LONGEST)]

function closest(wanted: string, words: readonly string[]): string {
  let [best, least] = ['', Number.POSITIVE_INFINITY]
  for (const word of words) {
    const distance = distanceOf(wanted, word)
    if (distance < least) [best, least] = [word, distance]
  }
  return best
}

function distanceOf(a: string, b: string): number {
  for (let j = 0; j <= b.length; j++) above[j] = j
  for (let i = 1; i <= a.length; i++) {
    row[0] = i
    for (let j = 1; j <= b.length; j++)
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    ;[above, row] = [row, above]
  }
  return above[b.length]!
}

/** Answers with little, and what it answers with is ready. */
export function healthy(): Express {
  const app = express()
  app.use(express.json())
  app.get('/cart', (_request, response) => {
    response.json({ lines: lines.slice(0, 3) })
  })
  app.post('/add', (request, response) => {
    const { sku, cents } = request.body as (typeof lines)[number]
    response.status(201).json({ sku, total: cents * 2 })
  })
  return app
}

/** Signs what it answers, once. */
export function plain(): Server {
  return createServer((request, response) => {
    const tag = createHash('sha1')
      .update(request.url ?? '')
      .digest('base64')
    response.writeHead(200, { 'Content-Type': 'text/plain', ETag: `"${tag}"` })
    response.end('a short text')
  })
}
