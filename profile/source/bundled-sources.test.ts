import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { findBundledSource } from './bundled-sources.ts'

const FILES = {
  'package.json': '{ "name": "shop" }',
  'app/cart.ts': '',
  'index.js': '',
  '.next/package.json': '{ "type": "commonjs" }',
  '.next/server/index.js': '',
  'node_modules/lib/package.json': '{ "name": "lib" }',
  'node_modules/lib/src/a.ts': '',
}

test('what a bundler names by its own URLs is the file of the package that it belongs to', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'flamegate bündle '))
  t.after(() => rm(root, { recursive: true }))
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  const urlOf = (name: string) => pathToFileURL(join(root, name)).href
  const bundle = urlOf('.next/server/cart.js')
  for (const [source, file] of [
    ['webpack://shop/./app/cart.ts', 'app/cart.ts'],
    ['webpack://shop/app/cart.ts?d209', 'app/cart.ts'],
    ['webpack:///./app/cart.ts', 'app/cart.ts'],
    ['webpack://shop/index.js', 'index.js'],
    ['turbopack:///[project]/app/cart.ts', 'app/cart.ts'],
    ['webpack://lib/./src/a.ts', 'node_modules/lib/src/a.ts'],
  ] as const)
    assert.equal(findBundledSource(source, bundle), urlOf(file), source)
  for (const source of [
    'webpack://other/./app/cart.ts',
    'webpack://shop/gone.ts',
    'webpack://shop/?d2',
    urlOf('index.js'),
  ])
    assert.equal(findBundledSource(source, bundle), source)
  assert.equal(findBundledSource('webpack://shop/index.js', 'https://cdn/b.js'), 'webpack://shop/index.js')
})
