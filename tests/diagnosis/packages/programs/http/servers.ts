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
