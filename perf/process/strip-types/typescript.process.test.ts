import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { HOOK_FLAGS } from '../../../profile/process/module-hooks.mjs'

const REGISTER = fileURLToPath(new URL('./register.mjs', import.meta.url))
const FILES = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': '{ /* as it is written */ "compilerOptions": { "paths": { "@/*": ["./src/*"], }, }, }',
  'src/kind.ts': "export enum Kind { Food = 'food' }\n",
  'src/line.ts': 'export class Line { constructor(readonly sku: string) {} }\n',
  'src/units/index.ts': "export const units: string = 'units'\n",
  'src/late.cts': "enum Late { Never = 'never' }\nmodule.exports = { late: Late.Never as string }\n",
  'main.ts': `import { createRequire } from 'node:module'
import { Kind } from './src/kind.js'
import { Line } from '@/line.js'
import { units } from './src/units'
const { late } = createRequire(import.meta.url)('./src/late.cjs') as { late: string }
const missing = await import('./src/missing.js' as string).catch((error: { code: string }) => error.code)
console.log([Kind.Food, new Line('sku').sku, units, late, missing].join(' '))
`,
}

test('TypeScript runs as it is written: enums, parameter properties, its own names for files', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'flamegate typescript '))
  t.after(() => rm(root, { recursive: true }))
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  // As in measured processes: the hooks first, then everything else.
  const entry = join(root, 'entry.mjs')
  await writeFile(
    entry,
    `await import(${JSON.stringify(pathToFileURL(REGISTER).href)})\nawait import('./main.ts')\n`,
  )
  for (const flags of [HOOK_FLAGS, []]) {
    const args = ['--disable-warning=ExperimentalWarning', ...flags, entry]
    assert.equal(
      execFileSync(process.execPath, args, { encoding: 'utf8' }),
      'food sku units never ERR_MODULE_NOT_FOUND\n',
    )
  }
})
