import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findFunctions, readSyntax } from '../../profile/source/code/syntax.ts'
import { SourceFile } from '../../profile/source/source-functions.ts'
import { readSites } from './code-sites.ts'

/** The sites of a function's body, as if V8 had counted every function of the file twice in two ops. */
function sitesOf(body: string, name = 'f') {
  const text = `async function f(list, settings) {\n${body}\n}\nfunction idle() { never() }\n`
  const functions = findFunctions(readSyntax(text, 'file:///drawn.mjs')).map(
    ({ startOffset, endOffset }) => ({
      functionName: /function (\w+)/.exec(text.slice(startOffset))?.[1] ?? '',
      ranges: [{ startOffset, endOffset, count: text.startsWith('function idle', startOffset) ? 0 : 2 }],
    }),
  )
  const file = new SourceFile('file:///drawn.mjs', text, functions)
  const sites = readSites(file, 2)
  return sites.get(file.functions.find((fn) => fn.name === name)!) ?? { calls: [], awaits: [] }
}

test('calls by what they are written as, with their lines and counts', () => {
  const { calls } = sitesOf(
    'a(b(1))\nJSON.parse(\n  JSON.stringify(list),\n)\nlist[0].map(String)\nthis.go?.()',
  )
  assert.deepEqual(
    calls.map(({ callee, line, endLine, timesPerOp, wraps }) => [callee, line, endLine, timesPerOp, wraps]),
    [
      ['b', 2, 2, 1, null],
      ['a', 2, 2, 1, 'b'],
      ['JSON.stringify', 4, 4, 1, null],
      ['JSON.parse', 3, 5, 1, 'JSON.stringify'],
      ['list.0.map', 6, 6, 1, null],
      ['this.go', 7, 7, 1, null],
    ],
  )
})

test('what never ran is not there', () => assert.deepEqual(sitesOf('', 'idle').calls, []))

test('awaits, in loops and outside of them', () => {
  const { awaits } = sitesOf('await a\nfor (const one of await b) await one\nlist.map(async () => await c)')
  assert.deepEqual(
    awaits.map(({ line, isInLoop }) => [line, isInLoop]),
    [
      [2, false],
      [3, false],
      [3, true],
    ],
  )
})

describe('calls that a loop repeats without a change', () => {
  const isRepeated = (body: string) =>
    sitesOf(body).calls.some(({ callee, isInvariant }) => callee === 'g' && isInvariant)
  const REPEATED = [
    'for (const x of list) x.n = g(settings)',
    'for (let i = 0; i < 9; i++) sum += g(settings.a, 1)',
    'while (list.length) g(settings[0])',
  ]
  for (const body of REPEATED) test(body, () => assert.ok(isRepeated(body)))
  const NOT = [
    'g(settings)',
    'for (const x of list) g(x)',
    'for (const x of g(list)) x()',
    'for (let i = 0; i < 9; i++) g(i)',
    'for (const x of list) { settings = x; g(settings) }',
    'for (const x of list) { settings.a = x; g(settings) }',
    'for (const x of list) { settings.push(x); g(settings) }',
    'for (const x of list) { const { a } = x; g(a) }',
    'for (const x of list) g()',
    'for (const x of list) x.g(settings)',
    'for (const x of list) g(make(settings))',
    'for (const x of list) { const g = x; g(settings) }',
  ]
  for (const body of NOT) test(`not ${body}`, () => assert.ok(!isRepeated(body)))
})

test('functions among the arguments, with their calls', () => {
  const { calls } = sitesOf('for (const x of list) list.find((y) => y === x)')
  assert.deepEqual(
    calls.map(({ callee, callbackCalls, isInLoop }) => [callee, callbackCalls, isInLoop]),
    [['list.find', 1, true]],
  )
})
