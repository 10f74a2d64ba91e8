import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { deoptLogFlags, parseDeopts } from './deopts.ts'

test('this Node writes what is understood', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate deöpts '))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [program, log] = [join(folder, 'program.mjs'), join(folder, 'v8.log')]
  writeFileSync(
    program,
    `function read(o) { return o.x + 1 }
let sum = 0
for (let i = 0; i < 1e6; i++) sum += read({ x: i })
for (let i = 0; i < 1e6; i++) sum += read(i % 2 ? { x: 'a' } : { y: 1, x: 2 }).length | 0
process.exitCode = sum < 0 ? 1 : 0
`,
  )
  execFileSync(process.execPath, [...deoptLogFlags(log), program])
  const found = parseDeopts(readFileSync(log, 'utf8'), 0)
  assert.ok(
    found.some(({ url, line }) => url === pathToFileURL(program).href && (line === 1 || line === 4)),
    JSON.stringify(found),
  )
})
