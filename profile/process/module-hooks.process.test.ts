import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { HOOK_FLAGS } from './module-hooks.mjs'

/** A module of this name says the word that they are told; they leave a mark in the thread that they run in. */
const HOOKS = `
let word
export const initialize = (data) => { word = data.word; globalThis.hooksAreHere = true }
export const load = async (url, context, next) =>
  url.endsWith('/hooked.mjs') ? { format: 'module', shortCircuit: true, source: 'export default ' + JSON.stringify(word) } : next(url, context)
`
/** Its second hooks come before the first ones, and hand on to them. */
const SECOND = `
export const resolve = (specifier, context, next) =>
  specifier === 'elsewhere' ? { url: new URL('./plain.cjs', import.meta.url).href, shortCircuit: true } : next(specifier, context)
export const load = async (url, context, next) => {
  const loaded = await next(url, context)
  return url.endsWith('/hooked.mjs') ? { ...loaded, source: loaded.source + '+ " twice"' } : loaded
}
`
const MAIN = `
const { addModuleHooks } = await import(${JSON.stringify(new URL('./module-hooks.mjs', import.meta.url).href)})
await addModuleHooks(new URL('./hooks.mjs', import.meta.url).href, { data: { word: 'hooked' } })
await addModuleHooks(new URL('./second.mjs', import.meta.url).href)
const { default: said } = await import('./hooked.mjs')
const { default: plain } = await import('elsewhere')
console.log(JSON.stringify({ said, plain, isHere: globalThis.hooksAreHere === true, isFound: [import.meta.resolve('./plain.cjs') === import.meta.resolve('elsewhere'), import.meta.resolve('node:fs')] }))
`

async function run(t: TestContext, flags: readonly string[]): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate höoks '))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const files = {
    'hooks.mjs': HOOKS,
    'second.mjs': SECOND,
    'main.mjs': MAIN,
    'hooked.mjs': '',
    'plain.cjs': "module.exports = require('./other.cjs')",
    'other.cjs': "module.exports = 'plain'",
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return JSON.parse(
    execFileSync(process.execPath, [...flags, join(folder, 'main.mjs')], { encoding: 'utf8' }),
  )
}

describe('module hooks', () => {
  const expected = { said: 'hooked twice', plain: 'plain', isFound: [true, 'node:fs'] }

  test('work in a thread of their own', async (t) => {
    assert.deepEqual(await run(t, []), { ...expected, isHere: false })
  })

  test('work in the thread that loads, where Node needs hooks', {
    skip: HOOK_FLAGS.length === 0,
  }, async (t) => {
    assert.deepEqual(await run(t, HOOK_FLAGS), { ...expected, isHere: true })
  })
})
