import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { git } from '../../tests/support/repository.ts'
import { addWorktree } from '../git/worktree.ts'
import { discoverSuite } from '../process/discover.ts'
import { comparePrints } from './compare-prints.ts'
import { createCodeReader } from './scenario-code.ts'

/** A workspace in TypeScript; the project is one of its packages. */
const FILES = {
  '.gitignore': 'node_modules\n',
  'package.json': '{ "workspaces": ["apps/*", "packages/*"] }',
  'packages/lib/package.json': '{ "name": "@shop/lib", "type": "module", "exports": "./src/index.ts" }',
  'packages/lib/src/index.ts': `import { tax } from './tax.js'
export enum Kind { Food = 'food', Book = 'book' }
export function total(cents: number, kind: Kind): number { return kind === Kind.Food ? cents : tax(cents) }
`,
  'packages/lib/src/tax.ts': 'export const tax = (cents: number): number => cents * 2\n',
  'apps/api/tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
  'apps/api/src/format.ts': 'export function format(cents: number): string { return String(cents) }\n',
  'apps/api/src/price.ts': `import { Kind, total } from '@shop/lib'
import { format } from '@/format.js'
export function price(cents: number): string { return format(total(cents, Kind.Book)) }
`,
  'apps/api/src/price.bench.ts': `import { bench } from 'vitest'
import { price } from './price.js'
bench('price', () => { price(3) })
`,
}
/** What is changed in each file, and the function that it is in. */
const PLANTS = [
  [
    'apps/api/src/price.ts',
    'return format',
    'for (let i = 0; i < 9; i++) total(i, Kind.Book); return format',
    'price',
  ],
  ['apps/api/src/format.ts', 'String(cents)', "String(cents).padEnd(9, '0')", 'format'],
  ['packages/lib/src/index.ts', 'tax(cents)', 'tax(tax(cents))', 'total'],
  ['packages/lib/src/tax.ts', 'cents * 2', 'Array(cents).fill(2).length', 'tax'],
] as const

/** How each version's TypeScript is loaded: by flamegate, or by the loader that the config names. */
const LOADERS = { flamegate: [], tsx: ['--import', import.meta.resolve('tsx')] }

for (const [loader, nodeArgs] of Object.entries(LOADERS))
  test(`${loader}: each version of a workspace runs its own files, and what changed in them is named`, (t) =>
    findPlants(t, nodeArgs))

async function findPlants(t: TestContext, nodeArgs: readonly string[]): Promise<void> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'flamegate wörkspace ')))
  t.after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  for (const [name, text] of Object.entries(FILES)) await write(name, text)
  await write(
    'apps/api/package.json',
    JSON.stringify({ name: 'api', type: 'module', flamegate: { nodeArgs } }),
  )
  await mkdir(join(root, 'node_modules', '@shop'), { recursive: true })
  await symlink(join(root, 'packages', 'lib'), join(root, 'node_modules', '@shop', 'lib'), 'junction')
  git(root, 'init', '--quiet')
  git(root, 'add', '-A')
  git(root, 'commit', '--quiet', '-m', 'first')
  for (const [name, from, to] of PLANTS) await write(name, FILES[name].replace(from, to))
  const project = join(root, 'apps', 'api')
  const suiteFile = join(project, 'src', 'price.bench.ts')
  const { signal } = new AbortController()
  const { folder, remove } = await addWorktree(project, 'HEAD', signal)
  const read = createCodeReader()
  const printOf = async (discovered: Awaited<ReturnType<typeof discoverSuite>>, place: string) => {
    const code = await read(discovered[0]!, { root: project, folder: place }, 30_000, signal)
    assert.ok('print' in code, 'failure' in code ? code.failure : '')
    assert.equal(code.print.unknown, null)
    return code.print
  }
  const baseline = await printOf(await discoverSuite(suiteFile, project, folder), folder)
  const candidate = await printOf(await discoverSuite(suiteFile, project, undefined), project)
  await remove()
  const { functions, others } = comparePrints(baseline, candidate)
  assert.deepEqual(functions.map(({ name }) => name).sort(), PLANTS.map(([, , , name]) => name).sort())
  assert.deepEqual(others, [])
}
