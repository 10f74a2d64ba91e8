import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { countProgram, drawSide } from '../../tests/support/counted-program.ts'
import type { DrawnStack } from '../../tests/support/drawn.ts'
import { type Blame, findBlame } from './find-blame.ts'

type Stacks = Readonly<Record<DrawnStack, number>>

async function blame(
  t: TestContext,
  [baseline, stacksBaseline]: readonly [string, Stacks],
  [candidate, stacksCandidate]: readonly [string, Stacks],
): Promise<Blame> {
  const [left, right] = [
    await countProgram(t, { 'index.mjs': baseline }),
    await countProgram(t, { 'index.mjs': candidate }),
  ]
  const found = findBlame({
    baseline: drawSide(left, stacksBaseline),
    candidate: drawSide(right, stacksCandidate),
  })
  const explained = found.suspects.reduce((sum, { explainedNs }) => sum + explainedNs.value, 0)
  const changes = found.functions.reduce((sum, { changeNs }) => sum + changeNs.value, 0)
  const total = found.nsPerOp.candidate - found.nsPerOp.baseline
  assert.ok(Math.abs(explained + found.unexplainedNs - total) < 1e-6, 'parts and rest are the whole change')
  assert.ok(Math.abs(changes - total) < 1e-3 * Math.abs(total) + 1e-3, 'self times are the whole op')
  return found
}

/** `suspect:line ns`, with ` by symptom before → after` where it shows elsewhere. */
function draw({ suspects }: Blame): string[] {
  return suspects.map(({ fn, line, explainedNs, symptom }) => {
    const by =
      symptom === undefined
        ? ''
        : ` by ${symptom.name} ${symptom.calls.baseline} → ${symptom.calls.candidate}`
    return `${fn.name}:${line} ${Math.round(explainedNs.value)}${by}`
  })
}

const program = (bodies: Readonly<Record<string, string>>) =>
  `export ${Object.entries(bodies)
    .map(([name, body]) => `function ${name}(n = 4) { ${body} }`)
    .join('\n')}`

describe('blame', () => {
  test('a function that is called more often is a symptom of its changed caller', async (t) => {
    const bodies = { op: 'return a()', a: 'return leaf()', leaf: 'return 1' }
    const found = await blame(
      t,
      [program(bodies), { 'op > a': 10, 'op > a > leaf': 100 }],
      [program({ ...bodies, a: 'leaf(); leaf(); return leaf()' }), { 'op > a': 12, 'op > a > leaf': 300 }],
    )
    assert.deepEqual(draw(found), ['a:2 202 by leaf 1 → 3'])
    assert.equal(Math.round(found.unexplainedNs), 0)
  })

  test('and so on upwards, through callers that were changed and do the same as before each time', async (t) => {
    const bodies = { op: 'return a()', a: 'return b()', b: 'return leaf()', leaf: 'return 1' }
    const harmless = { b: 'void 0; return leaf()', leaf: 'void 0; return 1' }
    const found = await blame(
      t,
      [program(bodies), { 'op > a > b': 10, 'op > a > b > leaf': 100 }],
      [
        program({ ...bodies, ...harmless, a: 'b(); return b()' }),
        { 'op > a > b': 20, 'op > a > b > leaf': 200 },
      ],
    )
    assert.deepEqual(draw(found), ['a:2 110 by leaf 1 → 2'])
  })

  test('also when the function was inlined into one that is not between them', async (t) => {
    const bodies = { op: 'return a()', a: 'return b()', b: 'return leaf()', leaf: 'return 1' }
    const found = await blame(
      t,
      [program(bodies), { op: 10, 'op > leaf': 100 }],
      [program({ ...bodies, b: 'leaf(); return leaf()' }), { op: 10, 'op > leaf': 200 }],
    )
    assert.deepEqual(draw(found), ['b:3 100 by leaf 1 → 2'])
  })

  test('functions that call each other are asked for their callers together', async (t) => {
    const bodies = {
      op: 'return a()',
      a: 'return even()',
      even: 'return n === 0 ? 0 : odd(n - 1)',
      odd: 'return n === 0 ? 1 : even(n - 1)',
    }
    const harmless = { even: `void 0; ${bodies.even}`, odd: `void 0; ${bodies.odd}` }
    const found = await blame(
      t,
      [program(bodies), { 'op > a > even': 50, 'op > a > even > odd': 50 }],
      [
        program({ ...bodies, ...harmless, a: 'even(); return even()' }),
        { 'op > a > even': 100, 'op > a > even > odd': 100 },
      ],
    )
    assert.deepEqual(draw(found), ['a:2 100 by even 3 → 6'])
  })

  test('functions that are handed on, and those that stand in others, are called by who does that', async (t) => {
    const bodies = {
      op: 'return a()',
      a: 'return copy([[1], [2]])',
      copy: 'return Array.isArray(n) ? n.map(copy).map((part) => wrap(part)) : n',
      wrap: 'return [n]',
    }
    const found = await blame(
      t,
      [program(bodies), { 'op > a > copy': 100, wrap: 50 }],
      [
        program({ ...bodies, a: 'copy([[1], [2]]); return copy([[1], [2]])' }),
        { 'op > a > copy': 200, wrap: 100 },
      ],
    )
    assert.deepEqual(draw(found), ['a:2 150 by copy 5 → 10'])
  })

  test('functions that V8 calls by more than their name are found where they are called', async (t) => {
    const text = (work: string) => `function Foo() {}
Foo.prototype.bar = function bar(n) { return n }
Foo.prototype.baz = function (n) { return n }
const foo = new Foo()
export function op() { return work() }
function work() { ${work} }`
    const found = await blame(
      t,
      [text('return foo.baz(1)'), { 'op > work > bar': 0.001, 'op > work': 100 }],
      [text('foo.baz(1); return foo.baz(1)'), { 'op > work > bar': 0.001, 'op > work': 200 }],
    )
    assert.deepEqual(draw(found), ['work:6 100'])
    const baz = found.functions.find(({ name }) => name.endsWith('baz'))
    assert.ok(baz === undefined || baz.calls.candidate === 2)
  })

  test('getters and setters are called by those who read and write their property', async (t) => {
    const text = (use: string) => `const box = {
get size() { return work(1) },
set size(to) { work(to) },
}
function work(n) { return n }
export function op() { use(); return other() }
function other() { return box.length + [].length }
function use() { ${use} }`
    for (const [once, twice] of [
      ['return box.size', 'return box.size + box.size'],
      ['box.size = 1', 'box.size = 1; box.size = 2'],
    ] as const) {
      const found = await blame(
        t,
        [text(once), { 'op > use > work': 100 }],
        [text(twice), { 'op > use > work': 200 }],
      )
      assert.deepEqual(draw(found), ['use:8 100 by work 1 → 2'])
    }
  })

  test('functions that are constructed, and called by way of a comma, are called', async (t) => {
    const text = (work: string) => `class Base { constructor(n) { leaf(n) } }
class Box extends Base { constructor(n) { super(n) } }
const lib = { leaf(n) { return n } }
function leaf(n) { return (0, lib.leaf)(n) }
export function op() { return work() }
function work() { ${work} }`
    const found = await blame(
      t,
      [text('return new Box'), { 'op > work > leaf': 100 }],
      [text('new Box; return new Box'), { 'op > work > leaf': 200 }],
    )
    assert.deepEqual(draw(found), ['work:6 100 by leaf 1 → 2'])
  })

  test('a function that costs more a call answers for itself, with the loop that does it', async (t) => {
    const loop = (turns: number) =>
      `let sum = 0\nfor (let i = 0; i < ${turns}; i++) {\nsum += i }\nreturn sum`
    const bodies = { op: 'return a()', a: loop(20) }
    const found = await blame(
      t,
      [program(bodies), { op: 10, 'op > a': 100 }],
      [program({ ...bodies, a: loop(400) }), { op: 10, 'op > a': 900 }],
    )
    assert.deepEqual(draw(found), ['a:3 800'])
    assert.deepEqual(found.suspects[0]!.loop, { line: 3, times: { baseline: 20, candidate: 400 } })
  })

  test('untouched functions that cost more a call are the matter of who hands them other work', async (t) => {
    const bodies = { op: 'return a()', a: 'return leaf(2)', leaf: 'return n' }
    const found = await blame(
      t,
      [program(bodies), { 'op > a > leaf': 100 }],
      [program({ ...bodies, a: 'return leaf(200)' }), { 'op > a > leaf': 300 }],
    )
    assert.deepEqual(draw(found), ['a:2 200 by leaf 1 → 1'])
  })

  test('the engine’s functions are the matter of who calls them by name, wherever they hang', async (t) => {
    const bodies = { op: 'return a()', a: 'return b()', b: 'return n' }
    const found = await blame(
      t,
      [program(bodies), { op: 100 }],
      [
        program({ ...bodies, b: 'structuredClone(n); return n' }),
        { op: 100, 'op > structuredClone@node': 150 },
      ],
    )
    assert.deepEqual(draw(found), ['b:3 150 by structuredClone null → null'])
  })

  test('cost that moves between a function and what was split off from it is reported once', async (t) => {
    const bodies = { op: 'return a()', a: 'return 1 + 1' }
    const found = await blame(
      t,
      [program(bodies), { op: 10, 'op > a': 300 }],
      [
        program({ op: 'return a()', a: 'return part()', part: 'return [1, 1, 2].length' }),
        { op: 10, 'op > a': 20, 'op > a > part': 400 },
      ],
    )
    assert.deepEqual(draw(found), ['a:2 120 by part 0 → 1'])
  })

  test('of two changed functions the one that costs', async (t) => {
    const bodies = { op: 'return a() + b()', a: 'return 1', b: 'return 2' }
    const found = await blame(
      t,
      [program(bodies), { 'op > a': 100, 'op > b': 100 }],
      [
        program({ ...bodies, a: 'void 0; return 1', b: 'void 0; return 2' }),
        { 'op > a': 101, 'op > b': 200 },
      ],
    )
    assert.deepEqual(draw(found), ['b:3 100'])
    assert.equal(Math.round(found.unexplainedNs), 1)
  })

  test('less work is found as more is, on the line that follows what is gone', async (t) => {
    const bodies = { op: 'return a()', a: 'return leaf()', leaf: 'return 1' }
    const found = await blame(
      t,
      [program({ ...bodies, a: 'let x = 1\nleaf()\nleaf()\nreturn leaf()' }), { 'op > a > leaf': 300 }],
      [program({ ...bodies, a: 'let x = 1\nreturn leaf()' }), { 'op > a > leaf': 100 }],
    )
    assert.deepEqual(draw(found), ['a:3 -200 by leaf 3 → 1'])
  })

  test('nobody where nothing was touched', async (t) => {
    const text = program({ op: 'return a()', a: 'return 1' })
    const found = await blame(t, [text, { 'op > a': 100 }], [text, { 'op > a': 150 }])
    assert.deepEqual(draw(found), [])
    assert.deepEqual(found.touched, [])
    assert.equal(Math.round(found.unexplainedNs), 50)
  })
})
