import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { drawStacks } from '../../tests/support/drawn.ts'
import { FIRST_LINE } from '../capture/line-shift/index.ts'
import { shiftSource } from '../capture/line-shift/shift.mjs'
import { ProfileBuilder } from '../model/builder.ts'
import type { ScriptCoverage } from '../source/source-functions.ts'
import { Sources } from '../source/sources.ts'
import { expandInlined } from './inlining.ts'
import { unshiftLines } from './lines.ts'

/** Two files: `outer` of a.js calls `near` below it and `far` of b.js; `two` and `three` share a line of b.js. */
const A = ['function outer() {', '  return near() + far()', '}', 'function near() {', '  return 1', '}'].join(
  '\n',
)
const B = ['', 'function far() {', '  return 2', '}', 'const two = () => 2, three = () => 3'].join('\n')

interface Program {
  readonly a: string
  readonly b: string
  readonly sources: Sources
}

function writeProgram(t: TestContext): Program {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate-inlining-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return pathToFileURL(join(folder, name)).href
  }
  const [a, b] = [write('a.js', A), write('b.js', B)]
  const cover = (url: string, text: string, parts: [string, string][]): ScriptCoverage => ({
    url,
    functions: [
      { functionName: '', ranges: [{ startOffset: 0, endOffset: text.length, count: 1 }] },
      ...parts.map(([functionName, part]) => {
        const startOffset = text.indexOf(part)
        return { functionName, ranges: [{ startOffset, endOffset: startOffset + part.length, count: 5 }] }
      }),
    ],
  })
  const until = (text: string, start: string) =>
    text.slice(text.indexOf(start), text.indexOf('}', text.indexOf(start)) + 1)
  const sources = new Sources([
    cover(a, A, [
      ['outer', until(A, 'function outer')],
      ['near', until(A, 'function near')],
    ]),
    cover(b, B, [
      ['far', until(B, 'function far')],
      ['two', '() => 2'],
      ['three', '() => 3'],
    ]),
  ])
  return { a, b, sources }
}

/** `outer` for ten stack samples of 10 µs, with ticks on these lines of the process. */
function profileOf({ a }: Program, line: number, ticks: readonly (readonly [line: number, count: number])[]) {
  const builder = new ProfileBuilder()
  const root = builder.addNode(
    1,
    builder.internFrame({ functionName: '(root)', url: '', line: 0, column: 0 }),
  )
  const outer = builder.addNode(2, builder.internFrame({ functionName: 'outer', url: a, line, column: 15 }))
  builder.addEdge(root, 2)
  for (const [at, count] of ticks) builder.addTick(outer, at, count)
  for (let i = 0; i < 10; i++) {
    builder.addSample(2)
    builder.addDelta(10)
  }
  return builder.build(0, 110).profile
}

const shiftedOf = ({ a, b }: Program) => [
  { url: a, offset: FIRST_LINE, lines: 6 },
  { url: b, offset: FIRST_LINE + 6, lines: 5 },
]

describe('lines of a process', () => {
  test('no two files share one, and a hash-bang is none any more', () => {
    const counter = new Int32Array(new SharedArrayBuffer(4))
    const first = shiftSource('#!/usr/bin/env node\nx()\n', counter)!
    const second = shiftSource('y()', counter)!
    assert.deepEqual([first.offset, first.lines, second.offset], [FIRST_LINE, 3, FIRST_LINE + 3])
    assert.equal(first.source.trimStart(), '///usr/bin/env node\nx()\n')
    assert.equal(second.source.split('\n').indexOf('y()'), second.offset)
  })

  test('come back as the author’s, each with its file', (t) => {
    const program = writeProgram(t)
    const raw = profileOf(program, FIRST_LINE + 1, [
      [FIRST_LINE + 2, 1],
      [FIRST_LINE + 9, 1],
      [77, 1],
      [FIRST_LINE + 99, 1],
    ])
    const { profile, places } = unshiftLines(raw, shiftedOf(program))
    assert.deepEqual(
      profile.frames.map(({ line }) => line),
      [0, 1],
    )
    assert.deepEqual(places, [
      { kind: 'file', url: program.a, line: 2 },
      { kind: 'file', url: program.b, line: 3 },
      { kind: 'node' },
      { kind: 'unknown', line: FIRST_LINE + 99 },
    ])
  })
})

describe('expandInlined', () => {
  const expand = (program: Program, ticks: readonly (readonly [number, number])[]) => {
    const raw = profileOf(program, FIRST_LINE + 1, ticks)
    return drawStacks(expandInlined(unshiftLines(raw, shiftedOf(program)), program.sources).profile).sort()
  }

  test('time goes to the functions that own the lines, in this file and in another', (t) => {
    const stacks = expand(writeProgram(t), [
      [FIRST_LINE + 2, 2],
      [FIRST_LINE + 5, 5],
      [FIRST_LINE + 9, 3],
    ])
    assert.deepEqual(stacks, ['(root) > outer 20', '(root) > outer > far 30', '(root) > outer > near 50'])
  })

  test('nothing moves where all lines are the function’s own', (t) => {
    assert.deepEqual(expand(writeProgram(t), [[FIRST_LINE + 2, 9]]), ['(root) > outer 100'])
  })

  test('what cannot be known is labelled: two functions on one line, and Node’s own code', (t) => {
    const stacks = expand(writeProgram(t), [
      [FIRST_LINE + 2, 5],
      [FIRST_LINE + 11, 3],
      [80, 2],
    ])
    assert.deepEqual(stacks, ['(root) > outer 50', '(root) > outer > (inlined into outer) 50'])
  })
})
