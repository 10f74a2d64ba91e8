import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { countProgram } from '../../tests/support/counted-program.ts'
import { matchVersions } from './match-functions.ts'
import { VersionCode } from './version-code.ts'

const BODY = 'let sum = 0; for (let i = 0; i < 10; i++) sum += i * i; return sum + seed'

/** What became of each function, one line each: `before → after: change`, with `touched` where its own code differs. */
async function match(
  t: TestContext,
  baseline: Readonly<Record<string, string>>,
  candidate: Readonly<Record<string, string>>,
): Promise<string[]> {
  const [left, right] = [await countProgram(t, baseline), await countProgram(t, candidate)]
  return matchVersions(new VersionCode({ baseline: left.sources, candidate: right.sources }))
    .filter((found) => !(found.candidate ?? found.baseline)!.isTopLevel)
    .map(({ baseline, candidate, change, isTouched }) => {
      const names = [baseline?.name ?? '–', candidate?.name ?? '–']
      return `${names.join(' → ')}: ${change}${isTouched ? ', touched' : ''}`
    })
    .sort()
}

const one = (text: string) => ({ 'index.mjs': text })
const OP = 'export function op() { return a(1) }'

describe('functions of two versions', () => {
  test('comments, layout and lines do not count', async (t) => {
    assert.deepEqual(
      await match(
        t,
        one(`${OP}\nfunction a(seed) { ${BODY} }`),
        one(`\n// new\n${OP}\nfunction a(seed) {\n  /* x */ ${BODY}\n}`),
      ),
      ['a → a: same', 'op → op: same'],
    )
  })

  test('one changed statement touches its function, not the one around it or inside it', async (t) => {
    const text = (statement: string) =>
      one(`${OP}\nfunction a(seed) { const inner = () => { ${statement} return seed }; return inner() }`)
    assert.deepEqual(await match(t, text(''), text('void 0;')), [
      'a → a: same',
      'inner → inner: changed, touched',
      'op → op: same',
    ])
  })

  test('renamed, with and without a change', async (t) => {
    const text = (name: string, extra = '') =>
      one(`export function op() { return ${name}(1) }\nfunction ${name}(seed) { ${extra}${BODY} }`)
    assert.deepEqual(await match(t, text('a'), text('b')), ['a → b: renamed', 'op → op: changed, touched'])
    assert.deepEqual(await match(t, text('a'), text('b', 'void seed;')), [
      'a → b: renamed, touched',
      'op → op: changed, touched',
    ])
  })

  test('moved to another file', async (t) => {
    assert.deepEqual(
      await match(t, one(`${OP}\nfunction a(seed) { ${BODY} }`), {
        'index.mjs': `import { a } from './b.mjs'\n${OP}`,
        'b.mjs': `export function a(seed) { ${BODY} }`,
      }),
      ['a → a: moved', 'op → op: same'],
    )
  })

  test('namesakes are told apart by their code, then by their place', async (t) => {
    const text = (...bodies: string[]) =>
      one(
        `export function op() { return [${bodies.map((body) => `() => ${body}`).join(', ')}].map((f) => f()) }`,
      )
    assert.deepEqual(await match(t, text('1', '2'), text('1', '3', '2')), [
      ' → : same',
      ' → : same',
      ' → : same',
      'op → op: changed, touched',
      '– → : new, touched',
    ])
  })

  test('a changed constant touches the functions that read it, in other files too', async (t) => {
    const files = (limit: number) => ({
      'index.mjs':
        "import { LIMIT } from './limit.mjs'\nexport function op() { return a() + b() }\nfunction a() { return LIMIT }\nfunction b() { return 1 }",
      'limit.mjs': `const OTHER = 1\nexport const LIMIT = OTHER + ${limit}`,
    })
    assert.deepEqual(await match(t, files(10), files(1000)), [
      'a → a: same, touched',
      'b → b: same',
      'op → op: same',
    ])
  })

  test('types, and what one writes for them, touch nobody', async (t) => {
    const files = (types: string, result: string, cast: string) => ({
      'index.mjs': "export { op } from './a.ts'",
      'a.ts': `${types}\nexport const LIMIT = ${cast}\nexport function op()${result} { return a(${cast}) }\nconst a = (n${result}) => n + LIMIT`,
    })
    assert.deepEqual(await match(t, files('', '', '1'), files('type Id = number', ': Id', '(1 as Id)')), [
      'a → a: same',
      'op → op: same',
    ])
  })

  test('a changed field of a class touches what sets its fields, and no more', async (t) => {
    const text = (field: string, constant: string) =>
      one(
        `class A { x = ${field}; y = () => this.x; static z = ${constant}; static { this.w = 1 } m() { return class { x = 1 } } }\nexport function op() { return new A() }`,
      )
    const [instance, statics] = ['<instance_members_initializer>', '<static_initializer>']
    for (const [field, constant, touched] of [
      ['2', '1', instance],
      ['1', '2', statics],
    ] as const) {
      const found = await match(t, text('1', '1'), text(field, constant))
      assert.deepEqual(
        found.filter((line) => line.endsWith('touched')),
        [`${touched} → ${touched}: changed, touched`],
      )
    }
  })

  test('what is no constant of a module touches nobody', async (t) => {
    const reader = 'export function op() { return a() }\nfunction a() { return LIMIT }'
    const other = 'export function other() { const options = {}; return options }'
    const files = (lines: string) => ({
      'index.mjs': `import { other } from './other.mjs'\nconst LIMIT = 5\n${reader}\n${lines}`,
      'other.mjs': other,
    })
    // A new function, a new export, another import, and a namesake of a local variable elsewhere.
    for (const lines of ['export function fresh() {}', 'export { other }', 'const options = { x: 1 }']) {
      const found = await match(t, files('const options = {}'), files(lines))
      assert.ok(found.includes('a → a: same'), lines)
      assert.ok(!found.includes('other → other: same, touched'), lines)
    }
  })

  test('a constant that lost something, or is destructured, touches its readers and no others', async (t) => {
    const files = (set: string, pattern: string) => ({
      'index.mjs': `const NAMES = new Set(${set})\nconst { x, ${pattern} } = { x: 1, y: 2 }\nexport function op() { return a() + b() + c() }\nfunction a() { return NAMES.size }\nfunction b() { return x }\nfunction c() { return {} ? 1 : 0 }`,
    })
    assert.deepEqual(await match(t, files("['a', 'b']", 'y'), files("['a']", 'y')), [
      'a → a: same, touched',
      'b → b: same',
      'c → c: same',
      'op → op: same',
    ])
    assert.deepEqual(await match(t, files("['a']", 'y'), files("['a']", 'y: z')), [
      'a → a: same',
      'b → b: same, touched',
      'c → c: same',
      'op → op: same',
    ])
  })

  test('new and gone', async (t) => {
    assert.deepEqual(
      await match(
        t,
        one(`${OP}\nfunction a(seed) { return old(seed) }\nfunction old(seed) { return seed + 1 }`),
        one(`${OP}\nfunction a(seed) { return fresh() }\nfunction fresh() { return [1, 2, 3].join('') }`),
      ),
      ['a → a: changed, touched', 'old → –: gone, touched', 'op → op: same', '– → fresh: new, touched'],
    )
  })
})
