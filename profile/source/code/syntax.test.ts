import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { findFunctions, readSyntax, SyntaxFault } from './syntax.ts'

/** All forms that V8 may count in a way of its own; every function runs. */
const FORMS = `
async function declared(x) { return x }
const arrow = (x) => x + 1, asyncArrow = async (x) => { return x }, single = x => ({ y: x })
const curried = a => b => (a + b)
const expression = function named(x) { return x }, asyncExpression = async function (x) { return x }
function* generator() { yield 1 }
class K {
  static s(x) { return x }
  static async t() { return 1 }
  static /* why */ u() { return 1 }
  async m() { return 1 }
  get g() { return 2 }
  static set v(x) { this.w = x }
  ['c' + 1]() { return 1 }
  #hidden() { return 1 }
  constructor() { this.z = () => 3; this.#hidden() }
  field = () => 4
}
const o = { m(x) { return x }, async am() {}, *gm() {}, get gg() { return 1 }, async *agm() {}, p: function () {}, q: () => 1, 'str'() {}, [1 + 1]() {} }
declared(); arrow(); asyncArrow(); single(); curried(1)(2); expression(); asyncExpression(); [...generator()]
K.s(); K.t(); K.u(); K.v = 1
const k = new K(); k.m(); k.g; k.c1(); k.z(); k.field()
o.m(); o.am(); [...o.gm()]; o.gg; o.agm().next(); o.p(); o.q(); o.str(); o[2]()
`

/** The same with types where they can stand. */
function typed(text: string): string {
  return text
    .replaceAll('(x) =>', '<T,>(x?: T): any =>')
    .replace('declared(x)', 'declared<T>(this: void, x?: T): Promise<unknown>')
    .replace(
      'class K {',
      'interface K { other: "日本" }\nclass K<T> implements Iterable<T> {\n  declare w: number',
    )
    .replace('static s(x)', 'public static s(x?: any): void')
    .replace('constructor() {', 'constructor(a?: string)\n  constructor() {')
}

describe('offsets', () => {
  for (const [suffix, text] of [
    ['mjs', `${FORMS}export default function () {}\n`],
    ['cjs', FORMS],
    ['ts', typed(`${FORMS}export default function () {}\n`)],
  ] as const) {
    test(`are those of V8's coverage in .${suffix}`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'flamegate-syntax-'))
      t.after(() => rm(folder, { recursive: true, force: true }))
      const file = join(folder, `forms.${suffix}`)
      await writeFile(file, text)
      const session = new Session()
      session.connect()
      t.after(() => session.disconnect())
      await session.post('Profiler.enable')
      await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
      const loaded = (await import(pathToFileURL(file).href)) as { default?: unknown }
      if (suffix !== 'cjs') (loaded.default as () => void)()
      const { result } = await session.post('Profiler.takePreciseCoverage')
      const { functions } = result.find(({ url }) => url === pathToFileURL(file).href)!
      const counted = functions
        .filter(({ functionName }) => !functionName.startsWith('<'))
        .flatMap(({ ranges }) => ranges.slice(0, 1))
        .filter(({ startOffset }) => startOffset > 0)
        .map(({ startOffset, endOffset }) => text.slice(startOffset, endOffset))
      const found = findFunctions(readSyntax(text, file)).map(({ startOffset, endOffset }) =>
        text.slice(startOffset, endOffset),
      )
      assert.deepEqual(counted.sort(), found.sort())
      assert.equal(found.length, suffix === 'cjs' ? 29 : 30)
    })
  }

  test('stay when types are blanked', () => {
    const text =
      'export const f = (a: { b: string }, c?: number): string | undefined => a.b satisfies string\n'
    assert.equal(readSyntax(text, 'drawn.ts').plain.length, text.length)
  })
})

describe('texts that were read before', () => {
  test('have the syntax that they had, in the same language', () => {
    const text = 'export const one = (a) => a'
    const syntax = readSyntax(text, 'a.mjs')
    assert.equal(readSyntax(text, 'b.mjs'), syntax)
    assert.equal(findFunctions(readSyntax(text, 'b.mjs')), findFunctions(syntax))
    assert.notEqual(readSyntax(text, 'b.ts'), syntax)
    const types = 'export const one = (a: number) => a'
    assert.equal(readSyntax(types, 'a.ts').plain.length, types.length)
    assert.throws(() => readSyntax(types, 'a.mjs'), SyntaxFault)
  })

  test('are read anew once many others were', () => {
    const text = 'export const two = (a) => a'
    const syntax = readSyntax(text, 'a.mjs')
    for (let i = 0; i < 3; i++) readSyntax(`/* ${'x'.repeat(900_000)} */ export const at = ${i}`, 'a.mjs')
    assert.notEqual(readSyntax(text, 'a.mjs'), syntax)
    assert.deepEqual(readSyntax(text, 'a.mjs').plain, syntax.plain)
  })
})
