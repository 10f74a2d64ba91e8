import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { deoptsOfOps, parseDeopts } from './deopts.ts'

/** As Node 20, 22, 24 and 26 write it; then inlined code, a file with commas, and what is no deoptimisation. */
const LOG = `v8-version,11,3,244,8,-node.38,0
code-deopt,142425,512,0x7f7a55fc6600,-1,90,deopt-eager,</tmp/a.js:4:15>,Insufficient type feedback for compare operation
code-deopt,67507,256,0x7f42e00062c0,-1,24,deopt-eager,<file:///tmp/b%20c.mjs:1:25>,wrong map
code-deopt,101196,1408,0x7fb00c004400,-1,40,deopt-eager,<file:///tmp/a.js:3:1>,prepare for on stack replacement (OSR)
code-deopt,128602,384,0x7fc7a0004000,2,24,deopt-lazy,</tmp/x,y.js:7:3> inlined at </tmp/a.js:9:1>,wrong map
code-deopt,garbage
`

test('deoptimisations from the log of V8, by Node version', () => {
  assert.deepEqual(
    parseDeopts(LOG, 1_000_000).map(({ timeUs, url, line, column, reason }) => [
      timeUs,
      url,
      line,
      column,
      reason,
    ]),
    [
      [1_142_425, pathToFileURL('/tmp/a.js').href, 4, 15, 'Insufficient type feedback for compare operation'],
      [1_067_507, 'file:///tmp/b%20c.mjs', 1, 25, 'wrong map'],
      [1_101_196, 'file:///tmp/a.js', 3, 1, 'prepare for on stack replacement (OSR)'],
      [1_128_602, pathToFileURL('/tmp/x,y.js').href, 7, 3, 'wrong map'],
    ],
  )
})

test('those of the measured ops, on the author’s lines', () => {
  const [url, other] = ['file:///a.js', 'file:///b.js']
  const deopt = (timeUs: number, url: string, line: number) => ({ timeUs, url, line, column: 1, reason: '' })
  const found = deoptsOfOps(
    [
      deopt(5, url, 1_010),
      deopt(15, url, 1_010),
      deopt(16, new URL('../../perf/measure/measure.ts', import.meta.url).href, 1),
      deopt(25, other, 3),
      deopt(35, other, 3),
    ],
    [
      { startUs: 10, endUs: 20 },
      { startUs: 20, endUs: 30 },
    ],
    [{ url, offset: 1_000, lines: 50 }],
  )
  assert.deepEqual(
    found.map(({ url, line }) => [url, line]),
    [
      [url, 10],
      [other, 3],
    ],
  )
})
