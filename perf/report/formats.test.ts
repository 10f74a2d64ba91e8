// What every format of a report has in common: it shows what the report says, nothing that it worked out itself, and the same
// as the others.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parse } from 'valibot'
import { sampleReports } from '../../tests/support/sample-reports.ts'
import { resultOf } from '../../tests/support/sample-runs.ts'
import { cleanAfterSuite } from '../../tests/support/shared.ts'
import type { RowLookup } from '../results/baseline.ts'
import { type MeasuredResult, type Report, reportSchema } from '../results/report.ts'
import type { ScenarioVerdict } from '../verdict/scenario-verdict.ts'
import { renderAgent } from './agent.ts'
import { renderAnnotations } from './annotations.ts'
import { renderInvestigation } from './investigation.ts'
import { renderMarkdown } from './markdown.ts'
import { graphsOf } from './page/graphs.ts'
import { describeBlame } from './parts/blame.ts'
import { compareRuns, renderSteadiness } from './steadiness.ts'
import { renderText } from './text.ts'

const FILES = { json: 'report.json', page: 'report.html' }
const { reports, storedRow } = sampleReports(cleanAfterSuite())

/** The first word of each verdict, whoever says it. */
const WORDS: Readonly<Record<ScenarioVerdict['kind'], string>> = {
  'same-code': 'same code',
  pass: 'pass',
  regressed: 'REGRESSED: ',
  improved: 'improved: ',
  inconclusive: 'inconclusive: ',
  unproven: 'unproven: ',
}

/** The gate's outcome, as every format begins to say it. */
const OUTCOMES: Readonly<
  Record<Report['gate']['outcome'], { readonly text: string; readonly markdown: RegExp }>
> = {
  green: { text: 'no regression against the baseline', markdown: /^no regression against / },
  red: { text: 'REGRESSION', markdown: /^\d+ of \d+ scenarios? regressed against / },
  invalid: { text: 'not green: ', markdown: /^not green: / },
  'not-compared': { text: 'nothing was compared', markdown: /^nothing was compared$/ },
  'control-failed': {
    text: 'the gate does not work on this machine now',
    markdown: /^the gate does not work on this machine now$/,
  },
}

describe('a report that was written and read again is shown alike', () => {
  for (const [kind, make] of Object.entries(reports)) {
    test(kind, async () => {
      const report = await make()
      const read = parse(reportSchema, JSON.parse(JSON.stringify(report)))
      const row: RowLookup = { kind: 'row', row: await storedRow() }
      assert.equal(renderText(read), renderText(report))
      assert.equal(renderMarkdown(read), renderMarkdown(report))
      assert.equal(renderAgent(read, FILES), renderAgent(report, FILES))
      assert.equal(renderAnnotations(read, '/repository'), renderAnnotations(report, '/repository'))
      assert.equal(
        renderInvestigation(read, measuredOf(read), row),
        renderInvestigation(report, measuredOf(report), row),
      )
    })
  }
})

describe('console and Markdown say the same', () => {
  for (const [kind, make] of Object.entries(reports)) {
    test(kind, async () => {
      const report = await make()
      const text = renderText(report, { isVerbose: true }).split('\n')
      const markdown = renderMarkdown(report).split('\n').map(unescapeMarkdown)
      for (const result of measuredOf(report)) assertSameVerdict(result, text, markdown)
      assertSameOutcome(report, text, markdown)
      for (const reason of [...report.gate.reasons, ...report.gate.notCompared].map(onOneLine)) {
        assert.ok(text.includes(`  ${reason}`), reason)
        assert.ok(markdown.includes(`- ${reason}`), reason)
      }
      for (const { id } of measuredOf(report).filter(({ blame }) => blame !== null)) {
        const sentence = markdown.find((line) => line.startsWith(`**${id} `))?.slice(2, -2)
        assert.ok(sentence !== undefined && text.includes(`  ${sentence}`), sentence)
      }
      const remarks = text.filter((line) =>
        /^(no change|minimum detectable effect|which function)/.test(line),
      )
      for (const remark of remarks) assert.ok(markdown.includes(`<br>${capitalise(remark)}`), remark)
    })
  }
})

test('an annotation is the blame’s sentence, or what regressed', async () => {
  for (const make of Object.values(reports)) {
    const report = await make()
    const annotations = renderAnnotations(report, '/repository').replaceAll('%25', '%')
    const text = renderText(report)
    for (const { id } of measuredOf(report).filter(({ verdict }) => verdict?.kind === 'regressed')) {
      const [, sentence] = annotations.match(new RegExp(`::(${id}.*)`)) ?? []
      assert.ok(sentence !== undefined && text.includes(`  ${sentence}\n`), sentence)
    }
  }
})

test('what to type next asks the server that a run asked, where its scenarios are in no perf file', async () => {
  const command = { words: ['node', 'my server.js'], paths: ['/cart', '/a?b=1'] }
  const server = "--get /cart --get '/a?b=1' -- node 'my server.js'"
  for (const make of Object.values(reports)) {
    const report = await make()
    const asked = { ...report, run: { ...report.run, command } }
    const [next] = /^next: .*$/m.exec(renderAgent(asked, { json: 'report.json', page: 'report.html' })) ?? []
    assert.ok(next?.endsWith(` ${server}`) && /perf:compare|exec/.test(next), next)
    for (const [hint] of renderText(asked).matchAll(/which function did it: .*/g))
      assert.ok(hint.endsWith(server), hint)
  }
})

test('a run is as steady as itself, and not as one whose ops take twice the time', async () => {
  const all = await Promise.all(Object.values(reports).map((make) => make()))
  const report = all.find((one) => measuredOf(one).length > 0)!
  const twice = JSON.parse(JSON.stringify(report), (key, value) =>
    key === 'p50Ns' ? value * 2 : value,
  ) as Report
  const [same, other] = [compareRuns(report, report), compareRuns(report, twice)]
  assert.ok(same.every(({ ratios }) => ratios.every(({ raw, normalised }) => raw === 1 && normalised === 1)))
  const latencies = other.flatMap(({ ratios }) => ratios.filter(({ metric }) => metric === 'p50Ns'))
  assert.ok(latencies.length > 0 && latencies.every(({ raw }) => Math.abs(raw - 2) < 1e-9))
  assert.match(renderSteadiness(same), /median distance from 1\*\* \| 0\.0 % /)
})

test('the samples have every verdict, every outcome, and every way for a scenario to end', async () => {
  const all = await Promise.all(Object.values(reports).map((make) => make()))
  const seen = (values: readonly (string | null | undefined)[]) => new Set(values.filter(Boolean))
  const results = all.flatMap(({ scenarios }) => scenarios)
  const verdicts = all.flatMap(measuredOf).map(({ verdict }) => verdict?.kind)
  assert.deepEqual(seen(verdicts), new Set(Object.keys(WORDS)))
  assert.deepEqual(seen(all.map(({ gate }) => gate.outcome)), new Set(Object.keys(OUTCOMES)))
  assert.deepEqual(
    seen(results.map(({ status }) => status)),
    new Set(['measured', 'failed', 'skipped', 'unchanged', 'not-reached']),
  )
  assert.deepEqual(
    seen(all.flatMap(measuredOf).map(({ blame }) => blame?.outcome)),
    new Set(['blamed', 'unchanged-code', 'withheld']),
  )
  assert.deepEqual(seen(all.map(({ gate }) => gate.change)), new Set(['none', 'same-code', 'some']))
})

describe('the graph of two versions names whom the report names, and leaves as much open', () => {
  for (const [kind, make] of Object.entries(reports)) {
    test(kind, async () => {
      const report = await make()
      const graphs = new Map(graphsOf(resultOf(report), '/').map((graph) => [graph.id, graph]))
      for (const { id, blame } of measuredOf(report)) {
        const { diff } = graphs.get(id) ?? {}
        assert.equal(diff?.sentence, blame === null ? undefined : describeBlame({ id, blame }))
        assert.deepEqual(
          diff?.blame.map(({ name, place, explained }) => [name, place, explained]),
          blame?.suspects.map((one) => [one.functionName, `${one.file}:${one.line}`, one.explainedNs.value]),
        )
        assert.equal(diff?.unexplained, blame?.unexplainedNs)
      }
    })
  }
})

function measuredOf({ scenarios }: Report): MeasuredResult[] {
  return scenarios.filter((result) => result.status === 'measured')
}

/** The line of the console's comparison ends with what the Markdown's table says. */
function assertSameVerdict(
  { id, verdict }: MeasuredResult,
  text: readonly string[],
  markdown: readonly string[],
): void {
  const [line] = linesBelow(text, /^Against /, /^$/).filter((line) => line.startsWith(`  ${id} `))
  const [row] = linesBelow(markdown, /<summary>Every metric against /, /^<\/details>/).filter((line) =>
    line.startsWith(`| \`${id}\` |`),
  )
  const said = row?.split(' | ')[1] ?? ''
  if (verdict === null) {
    assert.equal(line, undefined)
    assert.equal(said, '')
    return
  }
  assert.ok(said.startsWith(WORDS[verdict.kind]), said)
  assert.ok(line?.endsWith(`  ${said}`), `${line} and ${said}`)
}

function assertSameOutcome(
  { gate, run }: Report,
  text: readonly string[],
  markdown: readonly string[],
): void {
  const outcome = markdown[0]!.replace('## flamegate: ', '')
  assert.match(outcome, OUTCOMES[gate.outcome].markdown)
  assert.ok(text.some((line) => line.startsWith(OUTCOMES[gate.outcome].text)))
  assert.equal(
    text.some((line) => line.startsWith('INCOMPLETE: ')),
    !run.isComplete,
  )
  assert.equal(
    markdown.some((line) => line.startsWith('**Incomplete:** ')),
    !run.isComplete,
  )
}

/** The lines below a title, as far as `end`; none where there is no such title. */
function linesBelow(lines: readonly string[], title: RegExp, end: RegExp): readonly string[] {
  const start = lines.findIndex((line) => title.test(line))
  if (start < 0) return []
  const below = lines.slice(start + 1)
  return below.slice(
    0,
    below.findIndex((line) => end.test(line)),
  )
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function unescapeMarkdown(line: string): string {
  return line.replace(/\\([\\`*_[\]<>|#~&])/g, '$1')
}

function onOneLine(text: string): string {
  return text.replaceAll('\n', ' ')
}
