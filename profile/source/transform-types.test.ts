import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { mapLine, SourceMaps } from './source-map.ts'
import { transformTypes } from './transform-types.mjs'

const ENUM = `export enum Kind {
  Food = 'food',
}
export class Line {
  constructor(
    readonly sku: string,
    private cents = 100,
  ) {}

  total(): number {
    return this.cents * 2
  }
}
`
const DECORATED = `const seen: string[] = []
function note(target: object, key: string) {
  seen.push(key)
}
export class Cart {
  @note
  price(): number { return seen.length }
}
`
const HERE = fileURLToPath(import.meta.url)

/** What a module of this text exports. */
const load = async (code: string) => import(`data:text/javascript,${encodeURIComponent(code)}`)

for (const [what, text] of [
  ['types alone', 'const constructor: string = "readonly"\ninterface A { private: number }\n'],
  ['remarks like decorators', '/**\n@param a\n*/\nexport const a: string = `\n@a\n`\n'],
  ['JavaScript', 'enum = 1'],
] as const) {
  test(`${what} are left as they are`, () => {
    assert.equal(transformTypes(text, what === 'JavaScript' ? '/a.js' : '/a.ts'), undefined)
  })
}

test('enums and parameter properties run, and are mapped to the lines of their author', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate tränsform '))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'line.ts')
  await writeFile(path, ENUM)
  const code = transformTypes(ENUM, path)!
  const { Kind, Line } = await load(code)
  assert.deepEqual([Kind.Food, new Line('a', 3).sku, new Line('a', 3).total()], ['food', 'a', 6])
  const url = pathToFileURL(path).href
  const line = code.split('\n').findIndex((one) => one.includes('this.cents * 2')) + 1
  assert.notEqual(line, 11)
  const sourceMapURL = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(code)![1]!
  const scripts = new Map([[url, { text: code, sourceMapURL }]])
  assert.deepEqual(mapLine(url, line, new SourceMaps(scripts)), { url, line: 11 })
})

test('decorators are transformed by a compiler of the project, as its tsconfig says', async () => {
  const code = transformTypes(DECORATED, join(HERE, '..', 'no-file.ts'))!
  assert.doesNotMatch(code, /^\s*@note/m)
  const { Cart } = await load(code)
  assert.equal(typeof new Cart().price(), 'number')
})

test('decorators without a compiler say what to install', () => {
  assert.throws(
    () => transformTypes(DECORATED, join(tmpdir(), 'nowhere', 'cart.ts')),
    /cart\.ts: it has enums.*neither typescript \(up to 6\) nor esbuild is installed/,
  )
})
