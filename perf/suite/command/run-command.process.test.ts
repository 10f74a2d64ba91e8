import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { listen } from '../../measure/http/server.ts'
import { openApp } from '../http-app.ts'

/** The port is taken; what is asked for is said by the answer. */
const COMMONJS = `
const { createServer } = require('node:http')
const answer = (text) => createServer((_, response) => response.end(text))
if (require.main === module) {
  const [, , port, greeting] = process.argv
  answer(greeting + ' ' + process.env.WHO).listen(Number(port), '0.0.0.0')
  answer('metrics').listen({ port: 9100 }).unref()
}`
const ESM = `
import { createServer } from 'node:http'
await new Promise((resolve) => createServer((_, response) => response.end('esm')).listen('3000', resolve))
`

const folder = mkdtempSync(join(tmpdir(), 'flamegate run '))
const before = process.cwd()
after(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true })
})

async function answerOf(app: { command: string; port?: number }): Promise<string> {
  const server = await openApp(app)
  const { port } = await listen(server)
  const text = await new Promise<string>((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent: false }, (response) => {
      response.setEncoding('utf8').on('data', resolve)
    }).on('error', reject)
  })
  server.close()
  return text
}

test('a command’s server listens elsewhere than it wants to, as the main script, also beside others', async () => {
  writeFileSync(join(folder, 'server.cjs'), COMMONJS)
  writeFileSync(join(folder, 'server.mjs'), ESM)
  process.chdir(folder)
  const taken = createServer().listen(0)
  const { port } = taken.address() as AddressInfo
  try {
    assert.equal(await answerOf({ command: `WHO=world node server.cjs ${port} hello` }), 'hello world')
    assert.equal(await answerOf({ command: 'node server.mjs' }), 'esm')
  } finally {
    taken.close()
  }
})
