import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SyntaxFault } from '../../../../profile/source/code/syntax.ts'
import { applyEdits } from '../plant/edits.ts'
import { insertDecoy, insertStatement } from '../plant/statement.ts'
import { type FunctionSyntax, readFunctions } from './syntax.ts'

/** The functions of a text by name, with the text of each. */
function read(text: string, file = 'drawn.mjs'): Record<string, FunctionSyntax & { text: string }> {
  return Object.fromEntries(
    readFunctions(text, file).map((found) => [
      found.name,
      { ...found, text: text.slice(found.startOffset, found.endOffset) },
    ]),
  )
}

describe('the functions of a text', () => {
  test('are found where they begin and end', () => {
    const found = read(`
export async function load(url) { return url }
const twice = (x) => x * 2
const shop = { async buy(item) {}, get total() { return 1 }, pay: function () {} }
class Cart { static of(items) { return items } async *walk() {} #drop = () => 3 }
`)
    assert.deepEqual(Object.fromEntries(Object.values(found).map(({ name, text }) => [name, text])), {
      load: 'async function load(url) { return url }',
      twice: '(x) => x * 2',
      buy: 'async buy(item) {}',
      total: 'get total() { return 1 }',
      pay: 'function () {}',
      of: 'of(items) { return items }',
      walk: 'async *walk() {}',
      '#drop': '() => 3',
    })
    assert.deepEqual(
      Object.values(found).map(({ name, line, kind, isSuspendable }) => [name, line, kind, isSuspendable]),
      [
        ['load', 2, 'function', true],
        ['twice', 3, 'arrow', false],
        ['buy', 4, 'method', true],
        ['total', 4, 'method', false],
        ['pay', 4, 'function', false],
        ['of', 5, 'method', false],
        ['walk', 5, 'method', true],
        ['#drop', 5, 'arrow', false],
      ],
    )
  })

  test('have the parameters that they bind', () => {
    const { f } = read('function f(a, b = 1, { c, d: [e, , g], ...h }, ...i) {}')
    assert.deepEqual(f!.parameters, ['a', 'b', 'c', 'e', 'g', 'h', 'i'])
  })

  test('keep their offsets where types are', () => {
    const text = 'const pick = <T extends object>(of: T, key: keyof T): T[keyof T] => of[key] as T[keyof T]\n'
    const { pick } = read(text, 'drawn.ts')
    assert.equal(pick!.text, '(of: T, key: keyof T): T[keyof T] => of[key]')
    assert.deepEqual(pick!.body, {
      kind: 'expression',
      startOffset: text.indexOf(' of[key]'),
      endOffset: text.length - 1,
    })
  })

  test('a script may return at its top level, and a .js file may be a module', () => {
    assert.deepEqual(Object.keys(read('if (!module.parent) return\nfunction f() {}', 'drawn.js')), ['f'])
    assert.deepEqual(Object.keys(read('export function f() {}', 'drawn.js')), ['f'])
    assert.deepEqual(Object.keys(read("#!/usr/bin/env node\n'use strict'\nfunction f() {}", 'drawn.cjs')), [
      'f',
    ])
  })

  test('what is no program is refused with its name', () => {
    assert.throws(() => readFunctions('function (', 'drawn.js'), SyntaxFault)
    assert.throws(() => readFunctions('enum Size { small }', 'drawn.ts'), /drawn\.ts/)
  })
})

describe('the calls of a function', () => {
  const callsOf = (body: string, file?: string) =>
    read(`function f(a, b, list) {\n${body}\n}`, file).f!.calls.map(({ text, place }) => [text, place])

  test('are those of its own body, by name', () => {
    assert.deepEqual(callsOf('g(a)\nconst c = utils.h(a, b)\nlist.map((x) => inner(x))\nreturn (0, g)(a)'), [
      ['g(a)', 'statement'],
      ['utils.h(a, b)', 'inside'],
    ])
    assert.deepEqual(
      callsOf('return g(h(a))').map(([text]) => text),
      ['h(a)', 'g(h(a))'],
    )
  })

  test('are not those of parameters, which are made before', () => {
    const { f } = read('function f(a = g(1)) { return a }')
    assert.deepEqual(f!.calls, [])
  })

  test('are those that can be written twice', () => {
    assert.deepEqual(callsOf('g(a++)\ng(b = 1)\na?.g(b)\na?.b.g(b).c\nnew G(a)\ng(\n  a)\ng[0](a)'), [])
    assert.deepEqual(callsOf('g(a).h\ng(b)?.h'), [['g(a)', 'start of a statement']])
  })

  test('are given without types', () => {
    assert.deepEqual(callsOf('return g<string>(a as any)', 'drawn.ts'), [['g        (a       )', 'inside']])
  })
})

describe('statements', () => {
  const insert = (text: string, file?: string) => {
    const edits = readFunctions(text, file ?? 'drawn.mjs').map((found) => insertStatement(found, 'x();'))
    return applyEdits(text, edits)
  }

  test('stand in front of all that a function does', () => {
    assert.equal(insert('function f() { return 1 }'), 'function f() { x(); return 1 }')
    assert.equal(insert("function f() { 'use strict'\n g() }"), "function f() { 'use strict'; x();\n g() }")
    assert.equal(insert('const f = (a) => ({ a })'), 'const f = (a) => { x(); return ( ({ a })) }')
  })

  test('go into functions inside functions', () => {
    assert.equal(
      insert('const f = a => b => a + b'),
      'const f = a => { x(); return ( b => { x(); return ( a + b) }) }',
    )
  })

  test('go around what TypeScript says of a result', () => {
    const text = 'const f = (a: unknown) => a as string\ntype Other = string\n'
    assert.equal(
      insert(text, 'drawn.ts'),
      'const f = (a: unknown) => { x(); return ( a as string) }\ntype Other = string\n',
    )
  })
})

describe('edits', () => {
  const edit = (start: number, end: number, [before, after]: string) => ({
    start,
    end,
    before: before!,
    after: after!,
  })

  test('are made from the outside to the inside, in whatever order they come', () => {
    for (const [edits, expected] of [
      [[edit(0, 2, '()'), edit(0, 1, '[]')], '([a]b)'],
      [[edit(0, 2, '()'), edit(1, 2, '[]')], '(a[b])'],
      [[edit(0, 1, '()'), edit(1, 2, '[]')], '(a)[b]'],
    ] as const) {
      assert.equal(applyEdits('ab', edits), expected)
      assert.equal(applyEdits('ab', [...edits].reverse()), expected)
    }
  })
})

describe('decoys', () => {
  test('change the tokens of a function and nothing that it does', () => {
    const text = 'function f(a) { return a + 1 }\nconst g = (a) => a * 2\n'
    const changed = applyEdits(text, readFunctions(text, 'drawn.cjs').map(insertDecoy))
    assert.equal(
      changed,
      'function f(a) { if (false) void 0; return a + 1 }\nconst g = (a) => { if (false) void 0; return ( a * 2) }\n',
    )
    assert.deepEqual(new Function(`${changed}; return [f(1), g(2)]`)(), [2, 4])
  })
})
