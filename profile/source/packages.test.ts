import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { nameInPackage, packageOf } from './packages.ts'

test('files are called alike in two folders, and unlike where a package is installed twice', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate päckages '))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    return pathToFileURL(join(folder, path)).href
  }
  write('a/package.json', '{ "name": "top" }')
  write('b/package.json', '{ "name": "top" }')
  write('a/dist/package.json', '{ "type": "module" }')
  write('a/node_modules/dup/package.json', '{ "name": "dup", "version": "1.0.0" }')
  write('a/node_modules/x/node_modules/dup/package.json', '{ "name": "dup", "version": "2.0.0" }')
  write('c/package.json', '{ "type": "module" }')
  const names = [
    'a/src/i.js',
    'b/src/i.js',
    'a/dist/i.js',
    'a/node_modules/dup/i.js',
    'a/node_modules/x/node_modules/dup/i.js',
    'a/node_modules/.pnpm/dup@1.0.0/node_modules/dup/i.js',
    'c/i.js',
  ].map((path) => nameInPackage(write(path, '')))
  assert.deepEqual(names, [
    'top/src/i.js',
    'top/src/i.js',
    'top/dist/i.js',
    'dup/i.js',
    'x/node_modules/dup/i.js',
    'dup/i.js',
    '/i.js',
  ])
  assert.equal(packageOf(write('a/node_modules/x/node_modules/dup/i.js', ''))?.version, '2.0.0')
  assert.equal(nameInPackage('node:fs'), 'node:fs')
})
