// The package as it is published: how big it is, what is in it, and that its commands work where it is installed.
// FLAMEGATE_TEST_NODES names more Node executables to try it with, one a line.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Report } from '../../perf/results/report.ts'
import { dependenciesOf, installPacked, packFlamegate, sizeOf } from '../support/packed.ts'
import { createProject, finish, startCommand } from '../support/project.ts'
import { cleanAfterSuite, once } from '../support/shared.ts'

const MANIFEST = fileURLToPath(new URL('../../package.json', import.meta.url))
const NODES = [process.execPath, ...(process.env.FLAMEGATE_TEST_NODES ?? '').split('\n').filter(Boolean)]
const SCENARIO = `micro({
  id: 'demo/sum.micro',
  setup: ({ makeNumbers, sum }: Target) => ({ numbers: makeNumbers(), sum }),
  op: ({ numbers, sum }) => sum(numbers),
})`
const TARGET = `
export const makeNumbers = (): number[] => Array.from({ length: 500 }, (_, i) => i)
export function sum(numbers: readonly number[]): number {
  let sum = 0
  for (const n of numbers) sum += Math.sqrt(n)
  return sum
}
`

/** What reads TypeScript where Node has nothing for it. */
async function strippersFor(node: string): Promise<string[]> {
  const asked = ['-p', "typeof require('node:module').stripTypeScriptTypes"]
  const { stdout } = await promisify(execFile)(node, asked)
  return stdout.trim() === 'function' ? [] : ['@swc/wasm-typescript']
}

suite('the package', () => {
  const cleaner = cleanAfterSuite()
  const packed = once(() => packFlamegate(cleaner))

  test('is small, and has only what its users need', async () => {
    const { bytes, files } = await packed()
    assert.ok(bytes <= 300_000, `${bytes} bytes`)
    const foreign = files.filter(({ path }) => !/^(dist\/|(package\.json|README\.md|LICENSE)$)/.test(path))
    assert.deepEqual(foreign, [])
    const ofDevelopers = files.filter(({ path }) => /test|bench|\.ci|(?<!\.d)\.ts$/.test(path))
    assert.deepEqual(
      ofDevelopers.map(({ path }) => path).filter((path) => !/selftest|tinybench/.test(path)),
      [],
    )
  })

  test('installs few packages of few bytes', async () => {
    const names = [...dependenciesOf(MANIFEST)]
    const sizes = await Promise.all(names.map(sizeOf))
    const own = (await packed()).files.reduce((sum, { size }) => sum + size, 0)
    const bytes = sizes.reduce((sum, size) => sum + size, own)
    assert.ok(names.length + 1 <= 30, `${names.length + 1} packages`)
    assert.ok(bytes <= 10_000_000, `${bytes} bytes`)
  })

  for (const node of NODES) {
    suite(node, () => {
      const project = once(async () => {
        const root = await createProject(cleaner, SCENARIO, TARGET)
        return { root, entry: await installPacked(root, await packed(), await strippersFor(node)) }
      })
      const run = async (...args: readonly string[]) => {
        const { root, entry } = await project()
        const { code, stdout, stderr } = await finish(startCommand(root, args, {}, entry, node))
        assert.equal(code, 0, stderr)
        return { root, stdout, stderr }
      }

      test('lists and measures, with its page', async () => {
        assert.match((await run('run', '--list')).stdout, /demo\/sum\.micro/)
        const { root, stdout } = await run('run', '--quick', '--forks', '2', '--json')
        const report = JSON.parse(stdout) as Report
        assert.deepEqual(
          report.scenarios.map(({ id, status }) => [id, status]),
          [['demo/sum.micro', 'measured']],
        )
        assert.ok(existsSync(join(root, 'tmp', 'perf', 'latest', 'report.html')))
      })

      test('profiles', async () => {
        assert.match(
          (await run('profile', 'demo', '--no-open')).stdout,
          /sum {2}packages\/demo\/target\.ts:3/,
        )
      })

      test('is imported, and required', async () => {
        const { root } = await project()
        await mkdir(join(root, 'use'))
        await writeFile(
          join(root, 'use', 'a.mjs'),
          "import { defineSuite } from 'flamegate'\nconsole.log(typeof defineSuite)\n",
        )
        await writeFile(
          join(root, 'use', 'a.cjs'),
          "console.log(require('flamegate') === require('flamegate'), typeof require('flamegate').defineSuite)\n",
        )
        const printed = async (file: string) =>
          (
            await promisify(execFile)(node, [
              '--disable-warning=ExperimentalWarning',
              join(root, 'use', file),
            ])
          ).stdout
        assert.equal(await printed('a.mjs'), 'function\n')
        assert.equal(await printed('a.cjs'), 'true function\n')
      })
    })
  }
})
