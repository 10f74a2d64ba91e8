import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { typed } from './typed-command.ts'

const TEXT = 'npm run perf:compare -- main; STRICT_PERF=true npm run perf, npm run perf -- --quick'

const PROJECTS: readonly [string, Record<string, string>, string][] = [
  ['by scripts of its own', { 'package.json': '{ "scripts": { "perf": "", "perf:compare": "" } }' }, TEXT],
  ['by npx', {}, 'npx flamegate compare main; STRICT_PERF=true npx flamegate, npx flamegate --quick'],
  [
    'by its package manager',
    { 'pnpm-lock.yaml': '' },
    'pnpm flamegate compare main; STRICT_PERF=true pnpm flamegate, pnpm flamegate --quick',
  ],
]
for (const [how, files, expected] of PROJECTS) {
  test(`a project types commands ${how}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'flamegate typed '))
    t.after(() => rm(folder, { recursive: true }))
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    assert.equal(typed(TEXT, folder), expected)
  })
}

test('a project types commands as the workspace does that it lies in', async (t) => {
  const top = await mkdtemp(join(tmpdir(), 'flamegate typed '))
  t.after(() => rm(top, { recursive: true }))
  const folder = join(top, 'apps', 'api')
  await mkdir(folder, { recursive: true })
  await writeFile(join(top, 'pnpm-lock.yaml'), '')
  assert.equal(typed('npm run perf:compare -- main', folder), 'pnpm flamegate compare main')
  // Another repository begins there.
  await mkdir(join(top, 'apps', '.git'))
  assert.equal(typed('npm run perf:compare -- main', folder), 'npx flamegate compare main')
})
