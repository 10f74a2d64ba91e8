import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { runCommand } from '../../tests/support/project.ts'
import { git } from '../../tests/support/repository.ts'
import { planPerfFile, planScript, planWorkflow } from './files.ts'
import { findProject } from './project.ts'

const EXPRESS = `const express = require('express')
const app = express()
app.get('/:id', (_, answer) => answer.end())
app.get('/cart', (_, answer) => answer.json([]))
module.exports = app
`

async function repositoryWith(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(await realpath(await mkdtemp(join(tmpdir(), 'flamegate init '))), 'repö')
  t.after(() => rm(dirname(root), { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  await mkdir(root, { recursive: true })
  git(root, 'init', '--quiet')
  return root
}

describe('what is written', () => {
  test('for an app in CommonJS', async (t) => {
    const root = await repositoryWith(t, { 'package.json': '{}', 'server.js': EXPRESS })
    const perfFile = planPerfFile(await findProject(root))
    assert.deepEqual(perfFile, {
      path: 'perf/app.perf.cjs',
      text: "const { http } = require('flamegate')\nconst app = require('../server.js')\n\nhttp('GET /cart', app)\n",
      about: 'GET /cart of server.js',
    })
  })

  test('for TypeScript in a workspace of a repository, with pnpm', async (t) => {
    const root = await repositoryWith(t, {
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': '',
      'apps/api/package.json': '{ "type": "module" }',
      'apps/api/src/app.ts': "import { Hono } from 'hono'\nconst app = new Hono()\nexport default app\n",
    })
    const project = await findProject(join(root, 'apps', 'api'))
    const { path, text } = planPerfFile(project)!
    assert.equal(path, 'perf/app.perf.ts')
    assert.match(text, /import app from '\.\.\/src\/app\.ts'/)
    assert.match(text, /http\('GET \/', app, \{ status: 404 \}\)/)
    const workflow = planWorkflow(project)!
    assert.equal(workflow.path, '../../.github/workflows/performance.yml')
    for (const line of [
      'working-directory: apps/api',
      'run: pnpm install --frozen-lockfile',
      'pnpm exec flamegate',
    ])
      assert.ok(workflow.text.includes(line), line)
  })

  test('for a library; nothing where it has benches', async (t) => {
    const root = await repositoryWith(t, { 'package.json': '{ "type": "module" }', 'src/index.ts': '' })
    assert.match(planPerfFile(await findProject(root))!.text, /import \* as own from '\.\.\/src\/index\.ts'/)
    await writeFile(join(root, 'src', 'parse.bench.ts'), '')
    assert.equal(planPerfFile(await findProject(root)), undefined)
  })

  test('not for an app that listens when it is imported, which is told', async (t) => {
    const root = await repositoryWith(t, {
      'package.json': '{}',
      'server.js': `${EXPRESS}app.listen(3000)\n`,
    })
    const { app, listening } = await findProject(root)
    assert.deepEqual([app, listening], [undefined, 'server.js'])
  })

  test('into package.json as it was written, and once', async (t) => {
    const root = await repositoryWith(t, { 'package.json': '{\n\t"name": "shop",\n\t"version": "1.0.0"\n}' })
    const { text } = planScript(await findProject(root))!
    assert.equal(
      text,
      '{\n\t"name": "shop",\n\t"version": "1.0.0",\n\t"scripts": {\n\t\t"perf": "flamegate run"\n\t}\n}',
    )
    await writeFile(join(root, 'package.json'), '{ "scripts": { "perf": "mine" } }')
    assert.equal(planScript(await findProject(root)), undefined)
  })
})

test('init says each thing that it wrote, and leaves what is there', async (t) => {
  const workflow = '.github/workflows/performance.yml'
  const root = await repositoryWith(t, { 'package.json': '{}', 'server.js': EXPRESS, [workflow]: 'mine' })
  const { code, stdout, stderr } = await runCommand(root, ['init', '--no-run'])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^wrote perf\/app\.perf\.cjs: GET \/cart of server\.js$/m)
  assert.match(stdout, /^wrote package\.json: the script perf: flamegate run$/m)
  assert.match(stdout, /^left {2}\.github\/workflows\/performance\.yml: it is there already$/m)
  assert.equal(await readFile(join(root, workflow), 'utf8'), 'mine')
})

test('init --json prints what it found and wrote, and nothing else', async (t) => {
  const root = await repositoryWith(t, {
    'package.json': '{"scripts":{"perf":"mine"}}',
    'server.js': EXPRESS,
  })
  const { code, stdout } = await runCommand(root, ['init', '--json', '--no-run'])
  assert.equal(code, 0)
  const { files, ...found } = JSON.parse(stdout)
  assert.deepEqual(found, {
    manager: 'npm',
    lockfile: null,
    benches: [],
    app: 'server.js',
    listening: null,
    entry: null,
    isReady: true,
    exitCode: null,
  })
  assert.deepEqual(
    files.map(({ path, outcome }: { path: string; outcome: string }) => [path, outcome]),
    [
      ['perf/app.perf.cjs', 'wrote'],
      ['.github/workflows/performance.yml', 'wrote'],
      ['package.json', 'left'],
    ],
  )
})

test('init --json that measures keeps stdout for itself', async (t) => {
  const root = await repositoryWith(t, {
    'package.json': '{}',
    'server.js': `throw new Error("no app today")\n${EXPRESS}`,
  })
  const { code, stdout, stderr } = await runCommand(root, ['init', '--json'])
  assert.match(stderr, /no app today/)
  assert.equal(JSON.parse(stdout).exitCode, code)
  assert.notEqual(code, 0)
})

test('where there is no package.json it says so', async (t) => {
  const root = await repositoryWith(t, {})
  await mkdir(root, { recursive: true })
  const { code, stderr } = await runCommand(root, ['init'])
  assert.equal(code, 2)
  assert.match(stderr, /there is no package\.json in/)
})
