import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { row, summary, suspect } from '../../../tests/support/blame-data.ts'
import type { BlameSummary } from '../../profiling/blame-summary.ts'
import type { MeasuredResult, Report } from '../../results/report.ts'
import { renderAnnotations } from '../annotations.ts'
import { blameBlock, describeBlame } from './blame.ts'

const id = 'arrays/append.processor'
const say = (blame: BlameSummary) => describeBlame({ id, blame })

describe('one sentence', () => {
  test('a symptom that is called more often, by whom', () => {
    assert.equal(
      say(summary()),
      'arrays/append.processor +38 % (+2.10 µs/op): 96 % is deepClone (src/state.ts:12), now called 4× per op instead of 2×, by applyEvent (src/engine.ts:41, changed)',
    )
  })

  test('its own time, and its own loop', () => {
    const own = suspect({ symptom: null, callsPerOp: { baseline: 3, candidate: 3 } })
    assert.match(
      say(summary({ suspects: [own] })),
      /: 96 % is applyEvent \(src\/engine\.ts:41, changed\), whose own time went from 2\.00 µs to 4\.00 µs per op in 3 calls$/,
    )
    const more = suspect({ symptom: null, callsPerOp: { baseline: 3, candidate: 7 } })
    assert.match(say(summary({ suspects: [more] })), / to 4\.00 µs per op in 7 calls instead of 3$/)
    const deopts = { baseline: 1, candidate: 12 }
    assert.match(
      say(summary({ suspects: [{ ...own, deopts, deoptReason: 'wrong map' }] })),
      / in 3 calls, and which V8 deoptimised 12 times while it was measured \(wrong map\)$/,
    )
    const loop = { line: 44, baseline: 20, candidate: 400 }
    assert.match(
      say(summary({ suspects: [{ ...own, loop }] })),
      /, whose line 44 now runs 400× per op instead of 20×$/,
    )
  })

  test('a new function, one of the engine’s, a dependency, and a second suspect', () => {
    const fresh = suspect({ symptom: row('part', { callsPerOp: { baseline: 0, candidate: 1 } }) })
    assert.match(
      say(summary({ suspects: [fresh] })),
      /now called 1× per op, and not at all before, by applyEvent/,
    )
    const native = row('structuredClone', {
      file: '',
      category: 'native',
      callsPerOp: { baseline: null, candidate: null },
    })
    assert.match(
      say(summary({ suspects: [suspect({ symptom: native, explainedShare: 1.02 })] })),
      /: all of it is structuredClone \(native\), called by applyEvent \(src\/engine\.ts:41, changed\)$/,
    )
    const package_ = { name: 'qs', baseline: '6.1.0', candidate: '6.2.0' }
    assert.match(
      say(
        summary({
          suspects: [suspect({ package: package_ }), suspect({ functionName: 'other', explainedShare: 0.2 })],
        }),
      ),
      /: 83 % is deepClone .* by applyEvent \(src\/engine\.ts:41, changed\) of qs 6\.1\.0 → 6\.2\.0; 17 % is deepClone under other \(src\/engine\.ts:41, changed\)$/,
    )
  })

  test('nobody', () => {
    const nobody = { suspects: [], reason: 'the profiles are too thin', cure: 'run it alone' }
    assert.match(
      say(summary({ ...nobody, outcome: 'withheld' })),
      /: nobody is blamed: the profiles are too thin; run it alone$/,
    )
    const unchanged = { ...nobody, outcome: 'unchanged-code' as const, reason: 'no function was changed' }
    assert.match(say(summary(unchanged)), /: no function was changed; run it alone$/)
    assert.match(
      say(summary({ ...unchanged, packages: [{ name: 'qs', baseline: '1.0.0', candidate: '1.1.0' }] })),
      /: no function was changed; of its packages qs 1\.0\.0 → 1\.1\.0 changed$/,
    )
  })
})

test('who is named, the functions behind it, those that hardly changed left out, and the rest', () => {
  assert.deepEqual(blameBlock({ id, blame: summary() }).slice(1), [
    '  function    where             diff          self time/op             change  calls/op           bytes/op',
    '  applyEvent  src/engine.ts:41  changed  2.00 µs → 4.00 µs  +2.00 µs ± 200 ns         1  1.00 kB → 2.00 kB',
    '  deepClone   src/state.ts:12   same     2.00 µs → 4.00 µs  +2.00 µs ± 200 ns     2 → 4  1.00 kB → 2.00 kB',
    '  unexplained: +84.0 ns (4 % of the change)',
  ])
})

describe('annotations', () => {
  const scenario = (more: Partial<MeasuredResult>) =>
    ({
      status: 'measured',
      id,
      verdict: { kind: 'regressed', metrics: ['opsPerSecond'] },
      comparisons: [
        {
          metric: 'opsPerSecond',
          isGated: true,
          ratio: { low: 0.6, value: 0.62, high: 0.7 },
          verdict: { kind: 'regressed' },
        },
      ],
      blame: summary(),
      ...more,
    }) as unknown as MeasuredResult
  const report = (isStrict: boolean, ...scenarios: MeasuredResult[]) =>
    ({ scenarios, gate: { isStrict } }) as unknown as Report

  test('an error on the guilty line, escaped as workflow commands are', () => {
    const odd = summary({ suspects: [suspect({ file: 'src/a,b:c%.ts' })] })
    assert.equal(
      renderAnnotations(report(true, scenario({ blame: odd })), '/repo/app', '/repo'),
      '::error file=app/src/a%2Cb%3Ac%25.ts,line=41,title=flamegate%3A slower::arrays/append.processor +38 %25 (+2.10 µs/op): 96 %25 is deepClone (src/state.ts:12), now called 4× per op instead of 2×, by applyEvent (src/a,b:c%25.ts:41, changed)\n',
    )
  })

  test('one for each line, a warning where the gate does not fail the run', () => {
    const text = renderAnnotations(
      report(false, scenario({}), scenario({ id: 'arrays/toggle.apply' })),
      '/repo',
    )
    assert.match(
      text,
      /^::warning file=src\/engine\.ts,line=41,[^\n]*%0Aarrays\/toggle\.apply \+38 %25[^\n]*\n$/,
    )
  })

  test('no more than GitHub shows of a step, and how many it does not', () => {
    const at = (line: number) =>
      scenario({ id: `s${line}`, blame: summary({ suspects: [suspect({ line })] }) })
    const lines = (count: number) =>
      renderAnnotations(report(true, ...Array.from({ length: count }, (_, i) => at(i + 1))), '/repo')
        .trimEnd()
        .split('\n')
    assert.equal(lines(10).length, 10)
    assert.equal(lines(11).length, 10)
    assert.match(lines(11)[8]!, /line=9,/)
    assert.match(
      lines(11)[9]!,
      /^::error title=[^:]*::2 more places became slower: the job's summary has all$/,
    )
  })

  test('without blame the regression, on no line; nothing where nothing regressed', () => {
    const unblamed = report(true, scenario({ blame: null }))
    assert.equal(
      renderAnnotations(unblamed, '/repo'),
      '::error title=flamegate%3A slower::arrays/append.processor: throughput −38 %25\n',
    )
    assert.equal(renderAnnotations(report(true, scenario({ verdict: { kind: 'pass' } })), '/repo'), '')
  })
})
