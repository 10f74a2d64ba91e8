import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { FlamegateError } from '../errors.ts'
import { readConfig } from './config.ts'
import { checkConfig } from './config-check.ts'

async function projectOf(t: TestContext, files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'flamegate config '))
  t.after(() => rm(root, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text)
  return root
}

test('a project without a config has an empty one', async (t) => {
  assert.deepEqual(await readConfig(await projectOf(t, { 'package.json': '{}' })), {})
})

test('a config is in package.json, or in a file of its own', async (t) => {
  const inManifest = await projectOf(t, { 'package.json': '{ "flamegate": { "forks": 3 } }' })
  assert.deepEqual(await readConfig(inManifest), { forks: 3 })
  const inFile = await projectOf(t, { 'flamegate.config.mjs': 'export default { forks: 4 }' })
  assert.deepEqual(await readConfig(inFile), { forks: 4 })
  const typed = await projectOf(t, { 'flamegate.config.mts': 'export default { forks: 5 as number }' })
  assert.deepEqual(await readConfig(typed), { forks: 5 })
})

test('two configs are one too many', async (t) => {
  const root = await projectOf(t, {
    'package.json': '{ "flamegate": {} }',
    'flamegate.config.mjs': 'export default {}',
  })
  await assert.rejects(readConfig(root), /two configs: flamegate\.config\.mjs and package\.json/)
})

test('one that cannot be loaded says so', async (t) => {
  const broken = await projectOf(t, { 'flamegate.config.mjs': 'throw new Error("no")' })
  await assert.rejects(readConfig(broken), { code: 'bad-config' })
  const noJson = await projectOf(t, { 'package.json': '{' })
  await assert.rejects(readConfig(noJson), { code: 'bad-config' })
  for (const text of ['null', '\uFEFF{ "name": "a" }'])
    assert.deepEqual(await readConfig(await projectOf(t, { 'package.json': text })), {})
})

const WRONG: readonly [unknown, RegExp, string | undefined][] = [
  [{ inclde: ['a'] }, /no key 'inclde'/, "did you mean 'include'?"],
  [{ limits: { opsPerSecnd: 0.5 } }, /no key 'limits.opsPerSecnd'/, "did you mean 'opsPerSecond'?"],
  [{ limits: { p50Ns: 0.5 } }, /limits\.p50Ns: limits are ratios/, undefined],
  [{ forks: 'many' }, /forks: /, undefined],
  [undefined, /Expected Object/, undefined],
]
for (const [value, fact, hint] of WRONG) {
  test(`${JSON.stringify(value)} is no config`, () => {
    assert.throws(
      () => checkConfig(value, 'flamegate.config.ts'),
      (error) => {
        assert.ok(error instanceof FlamegateError)
        assert.match(error.message, fact)
        if (hint !== undefined) assert.equal(error.hint, hint)
        return true
      },
    )
  })
}
