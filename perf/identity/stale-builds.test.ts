import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { transformSync } from 'esbuild'
import { StaleBuilds } from './stale-builds.ts'

const TEXT = 'export const tax = (cents: number): number => cents * 2\n'
const OLD = new Date('2026-01-01')
const NEW = new Date('2026-01-02')

test('a compiled file is stale where its source has another text, or is newer where the map has no text', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'flamegate stäle '))
  t.after(() => rm(root, { recursive: true }))
  for (const folder of ['src', 'dist']) await mkdir(join(root, folder))
  const [source, built] = [join(root, 'src', 'tax.ts'), join(root, 'dist', 'tax.js')]
  const build = async (sourcesContent: boolean) => {
    const options = {
      loader: 'ts',
      sourcemap: 'inline',
      sourcefile: '../src/tax.ts',
      sourcesContent,
    } as const
    await writeFile(built, transformSync(TEXT, options).code)
    await utimes(built, OLD, OLD)
  }
  const put = async (text: string, time: Date) => {
    await writeFile(source, text)
    await utimes(source, time, time)
  }
  const find = () => new StaleBuilds().find([pathToFileURL(source).href, pathToFileURL(built).href], root)
  const stale = 'dist/tax.js was built before src/tax.ts was changed'

  await build(true)
  await put(TEXT.replaceAll('\n', '\r\n'), NEW)
  assert.equal(await find(), undefined, 'saved again, or checked out')
  await put(TEXT.replace('2', '3'), OLD)
  assert.equal(await find(), stale)

  await build(false)
  await put(TEXT, OLD)
  assert.equal(await find(), undefined)
  await put(TEXT, NEW)
  assert.equal(await find(), stale)
  await rm(source)
  assert.equal(await find(), undefined, 'shipped without sources')
})
