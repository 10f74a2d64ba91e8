import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ScriptCoverage, SourceFile } from '../source-functions.ts'
import type { FileCode } from './file-code.ts'
import { GuessedCode } from './guessed-code.ts'
import { ParsedCode } from './parsed-code.ts'
import { readCode, readVersions } from './read-code.ts'
import { findFunctions, readSyntax } from './syntax.ts'

/** A file as if V8 had listed its functions, each called once by the name that stands after its `function`. */
function drawFile(text: string): SourceFile {
  const file = 'file:///drawn.ts'
  const listed: ScriptCoverage['functions'] = findFunctions(readSyntax(text, file)).map(
    ({ startOffset, endOffset }) => ({
      functionName: /^(?:async )?(?:function )?((?:get |set )?\w+)/.exec(text.slice(startOffset))?.[1] ?? '',
      ranges: [{ startOffset, endOffset, count: 1 }],
    }),
  )
  const whole = { functionName: '', ranges: [{ startOffset: 0, endOffset: text.length, count: 1 }] }
  return new SourceFile(file, text, [whole, ...listed])
}

/** The texts of a file's functions, in order of place, the file's own top level first. */
function textsOf(text: string): string[] {
  const file = drawFile(text)
  const code = readCode(file)
  return [...file.functions]
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset)
    .map((fn) => code.textOf(fn))
}

const BASE = `
interface Shape { side: number }
export function area<T extends Shape>(shape: T, scale?: number): number {
  const factor = scale ?? 1
  return list(shape).map((one) => one.side * factor).filter(Boolean)
}
class Box<T> {
  size = 1
  get half(): number { return this.size / 2 }
  private put(item: T) { this.items.push(item); return 'put' }
}
`

describe('the text of a function', () => {
  const HARMLESS: Record<string, readonly [from: string, to: string]> = {
    'a type of a parameter': ['scale?: number', 'scale?: number | bigint'],
    'a type of a result': ['): number {', '): unknown {'],
    'no type of a result': ['): number {', ') {'],
    'an interface': ['interface Shape { side: number }', 'type Shape = { side: bigint }'],
    'a renamed type parameter': ['<T extends Shape>(shape: T,', '<Figure extends Shape>(shape: Figure,'],
    'a type parameter of a class': ['class Box<T>', 'class Box<T, Rest = never>'],
    'a cast': ['one.side', '(one as Shape).side'],
    'a const cast and a check': ["'put'", "'put' as const satisfies string"],
    'a non-null assertion': ['this.items.push', 'this.items!.push'],
    'a type argument': ['list(shape)', 'list<Shape>(shape)'],
    'a type of a variable': ['const factor =', 'const factor: number ='],
    'a type of a field': ['  size = 1', '  protected readonly size: number = 1'],
    'a declared field': ['  size = 1', '  declare items: T[]\n  size = 1'],
    'an overload': [
      'export function area',
      'export function area(shape: Shape): number\nexport function area',
    ],
    'a comment': ['const factor', '/* of /both/ */ const factor'],
    'a comment with code': ['const factor', '// return area(shape)\n  const factor'],
    'lines and indents': ['return list(shape).map(', 'return list(shape)\n      .map('],
    semicolons: ['const factor = scale ?? 1', 'const factor = scale ?? 1;'],
    'a statement that is none': ['const factor = scale ?? 1', 'const factor = scale ?? 1;;'],
    'a local type': ['const factor', 'type Local = T\n  const factor'],
    quotes: ["'put'", '"put"'],
    parentheses: ['(one) => one.side * factor', 'one => (one.side * factor)'],
    'a comma at an end': ['.filter(Boolean)', '.filter(\n    Boolean,\n  )'],
    'digits of another kind': ['scale ?? 1', 'scale ?? 0x1'],
  }
  for (const [what, [from, to]] of Object.entries(HARMLESS)) {
    test(`is the same with ${what}`, () => {
      const changed = BASE.replace(from, to)
      assert.notEqual(changed, BASE)
      assert.deepEqual(textsOf(changed), textsOf(BASE))
    })
  }

  const REAL: Record<string, readonly [from: string, to: string, touched: readonly number[]]> = {
    'another number': ['scale ?? 1', 'scale ?? 2', [1]],
    'another operator': ['scale ?? 1', 'scale || 1', [1]],
    'a change in a function inside': ['one.side * factor', 'one.side + factor', [2]],
    'parentheses that matter': ['one.side * factor', '(one.side, factor)', [2]],
    'a statement more': ["return 'put'", "void 0; return 'put'", [4]],
    'another text': ["'put'", "'Put'", [4]],
    'text in place of a number': ['scale ?? 1', "scale ?? '1'", [1]],
    'async in front': ['export function', 'export async function', [1]],
    'a default value': ['scale?: number', 'scale: number = 1', [1]],
    'an optional chain': ['this.items.push', 'this.items?.push', [4]],
    'a getter that is one no more': ['get half()', 'half()', [3]],
  }
  for (const [what, [from, to, touched]] of Object.entries(REAL)) {
    test(`is another one with ${what}`, () => {
      const [before, after] = [textsOf(BASE), textsOf(BASE.replace(from, to))]
      assert.equal(after.length, 5)
      assert.deepEqual(
        after.flatMap((text, i) => (text === before[i] ? [] : [i])),
        touched,
      )
    })
  }

  test('has not its own name, wherever that stands', () => {
    const [, one, two] = textsOf('function a() { return 1 }\nconst x = { b: function () { return 1 } }')
    assert.equal(one, two)
    const [, get, other] = textsOf('class A { get size() { return 1 } get length() { return 1 } }')
    assert.equal(get, other)
  })
})

describe('mentions', () => {
  const usesOf = (body: string) => {
    const file = drawFile(`function f(a, b) {${body}\n}`)
    const [, f] = file.functions.filter(({ isTopLevel, name }) => isTopLevel || name === 'f')
    return readCode(file)
      .mentionsOf(f!)
      .filter(({ name }) => name === 'g')
      .map(({ use, offset }) => {
        assert.match(file.text.slice(offset), /^(?:g\b|'g'|#g|super)/)
        return use
      })
  }
  const USES: Record<string, readonly string[]> = {
    'g(a)': ['call'],
    'a.g(b)': ['call'],
    'a?.g(b)': ['call'],
    'a.g?.(b)': ['call'],
    'g?.(a)': ['call'],
    '(a?.g)(b)': ['call'],
    '(0, a.g)(b)': ['call'],
    "a['g'](b)": ['call'],
    'new g(a)': ['call'],
    'new g': ['call'],
    'new a.g()': ['call'],
    'g`text`': ['call'],
    'a.g`text`': ['call'],
    'g(g)': ['call', 'read'],
    'a.map(g)': ['read'],
    'a.map(b.g)': ['read'],
    'a.g': ['read'],
    'g.call(a)': ['read'],
    'return { g }': ['read'],
    'return { a: g }': ['read'],
    'return () => g': [],
    'const c = g': ['read'],
    'const { g } = a': ['read'],
    'a.g = 1': ['write'],
    'a.g += 1': ['read and write'],
    'a.g++': ['read and write'],
    '[a.g] = b': ['write'],
    'for (a.g of b);': ['write'],
    'const g = 1': [],
    'return { g: 1 }': [],
    'return { g() {} }': [],
    'const h = (g) => 1': [],
    'g: for (;;) break g': [],
    'a[g](b)': ['read'],
    "return 'g(a)' // g(a)": [],
    'return /g()/': [],
    'class g {}': [],
    'class C extends g {}': ['read'],
    'const c: g = a as g': [],
    'return a<g>(b)': [],
  }
  for (const [body, expected] of Object.entries(USES)) {
    test(`${body}: ${expected.join(', ') || 'none'}`, () => assert.deepEqual(usesOf(body), expected))
  }

  test('a constructor that calls the one that it extends', () => {
    const file = drawFile('class A extends g { constructor() { super(1); super.h() } }')
    const code = readCode(file)
    const [, fn] = file.functions
    assert.deepEqual(
      code.mentionsOf(fn!).map(({ name, use }) => [name, use]),
      [
        ['g', 'call'],
        ['h', 'call'],
      ],
    )
  })
})

describe('definitions', () => {
  const define = (text: string) => readCode(drawFile(text)).definitions
  test('are those of the top level, whatever their types', () => {
    const found = define(
      'const a = 1, b = 2\nexport let { c, d: [e] } = f()\nif (a) { const g = 1 }\nfunction h() { const i = 1 }',
    )
    assert.deepEqual([...found.keys()], ['a', 'b', 'c', 'e'])
    assert.notEqual(found.get('a'), found.get('b'))
    assert.equal(found.get('c'), found.get('e'))
    assert.equal(define('const a = 1').get('a'), define('const a: number = 1 as number;').get('a'))
    assert.equal(define('const a = () => 1').get('a'), define('const a = () => 2').get('a'))
    assert.notEqual(define('const a = [1]').get('a'), define('const a = [2]').get('a'))
  })
})

describe('a file that does not parse', () => {
  const BODY = 'function f(a) { return g(a.h, "text") /* c */ }'
  const BROKEN = `@sealed class {\n${BODY}\n`
  const broken = (text: string) => {
    const start = text.indexOf('function')
    const range = { startOffset: start, endOffset: text.indexOf('}', start) + 1, count: 1 }
    return new SourceFile('file:///drawn.mjs', text, [{ functionName: 'f', ranges: [range] }])
  }
  const only = (code: FileCode, file: SourceFile) => {
    const fn = file.functions[0]!
    return { text: code.textOf(fn), tokens: code.tokensOf(fn), mentions: code.mentionsOf(fn) }
  }

  test('has its tokens, and guesses at what is called', () => {
    const file = broken(BROKEN)
    const code = readCode(file)
    assert.ok(code instanceof GuessedCode)
    const { text, tokens, mentions } = only(code, file)
    assert.equal(text, 'function  ( a ) { return g ( a . h , "text" ) }')
    assert.ok(tokens.every(({ text, offset }) => BROKEN.startsWith(text, offset)))
    assert.deepEqual(
      mentions.map(({ name, use }) => `${name}: ${use}`),
      [
        'function: read and write',
        'a: read and write',
        'return: read and write',
        'g: call',
        'a: read and write',
        'h: read and write',
      ],
    )
  })

  for (const [what, text] of Object.entries({
    'a quote that stays open': `x = 'never\n${BODY}`,
    'a sign that is none': `# \u0000 \\ ${BODY}`,
    'what another language has': `<div>don't</div>\n${BODY}`,
    'types that do not erase': `enum Size { small }\n${BODY}`,
  })) {
    test(`goes on behind ${what}`, () => {
      const file = broken(text)
      assert.match(only(readCode(file), file).text, /return g \( a \. h , "text" \)/)
    })
  }

  test('is like one in which V8 has a function that the parser has not', () => {
    const range = { startOffset: 1, endOffset: BODY.length, count: 1 }
    const file = new SourceFile('file:///drawn.mjs', BODY, [{ functionName: 'f', ranges: [range] }])
    assert.ok(readCode(file) instanceof GuessedCode)
  })

  test('is like one that nests too deep to be walked', () => {
    const text = `x${'.a()'.repeat(3_000)}`
    const whole = { functionName: '', ranges: [{ startOffset: 0, endOffset: text.length, count: 1 }] }
    const file = new SourceFile('file:///drawn.js', text, [whole])
    assert.ok(readCode(file) instanceof GuessedCode)
  })

  test('has all versions guessed at, so that only what they say differs', () => {
    const [left, right] = [broken(BODY), broken(BROKEN)]
    const [a, b] = readVersions([left, right])
    assert.ok(a instanceof GuessedCode && b instanceof GuessedCode)
    assert.equal(only(a, left).text, only(b, right).text)
    assert.ok(readCode(left) instanceof ParsedCode)
  })
})
