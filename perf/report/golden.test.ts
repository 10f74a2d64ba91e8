// Every kind of report in every format, as it lies in tests/golden/. `npm test -- --update` writes those files anew; read the
// difference before you commit it.
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { toJsonSchema } from '@valibot/to-json-schema'
import { BISECTED, SAMPLE_BISECT_EVENTS, SAMPLE_BISECTS } from '../../tests/support/sample-bisects.ts'
import { sampleReports } from '../../tests/support/sample-reports.ts'
import { cleanAfterSuite } from '../../tests/support/shared.ts'
import { type BaselineRow, type RowLookup, replaceRow } from '../results/baseline.ts'
import { type Report, reportSchema } from '../results/report.ts'
import { renderAgent } from './agent.ts'
import { renderAnnotations } from './annotations.ts'
import { describeAgainstRow } from './baseline-change.ts'
import { describeEvent, renderBisect } from './bisect.ts'
import { renderInvestigation } from './investigation.ts'
import { renderMarkdown } from './markdown.ts'
import { renderText } from './text.ts'

const FOLDER = new URL('../../tests/golden/', import.meta.url)
const { reports, storedRow } = sampleReports(cleanAfterSuite())
/** The kinds that GitHub is told about; of the others there is nothing to annotate. */
const ANNOTATED = [
  'stored-regressed',
  'stored-blamed',
  'lockstep-blamed',
  'lockstep-diagnosed',
  'lockstep-quick-withheld',
  'changed-code',
  'changed-code-by-exclusion',
  'interrupted-regressed',
]

/** The kinds of which all is shown, too. */
const VERBOSE = ['stored-pass', 'lockstep-blamed', 'lockstep-diagnosed', 'changed-code']

/** One kind of every outcome, and what is named. */
const FOR_AGENTS = [
  ...['lockstep-blamed', 'lockstep-inconclusive', 'lockstep-diagnosed', 'changed-code', 'same-code'],
  ...['stored-regressed', 'failed', 'no-baseline', 'positive-control-failed'],
]
const FILES = { json: 'tmp/perf/run/report.json', page: 'tmp/perf/run/report.html' }

const GOLDEN: Readonly<Record<string, () => string | Promise<string>>> = {
  ...ofKinds(Object.keys(reports), 'txt', (report) => renderText(report)),
  ...ofKinds(VERBOSE, 'verbose.txt', (report) => renderText(report, { isVerbose: true })),
  ...ofKinds(Object.keys(reports), 'md', renderMarkdown),
  ...ofKinds(FOR_AGENTS, 'agent.txt', (report) => renderAgent(report, FILES)),
  ...ofKinds(ANNOTATED, 'annotations.txt', annotate),
  ...Object.fromEntries(
    Object.entries(SAMPLE_BISECTS).map(([kind, result]) => [
      `bisect-${kind}.txt`,
      () => renderBisect(result, BISECTED),
    ]),
  ),
  'bisect-progress.txt': () =>
    SAMPLE_BISECT_EVENTS.map((event) => `${describeEvent(event, BISECTED)}\n`).join(''),
  'investigate-blamed.txt': () => investigate('stored-blamed', storedRow),
  'investigate-stored-functions.txt': () => investigate('stored-regressed', storedRow),
  'investigate-no-row.txt': () => investigate('stored-regressed', undefined),
  'investigate-no-profile.txt': () => investigate('interrupted-regressed', storedRow),
  'baseline-new-row.txt': async () => describeAgainstRow(await reports['no-baseline']!(), undefined),
  'baseline-replaced-row.txt': async () => {
    const report = await reports['stored-unproven']!()
    return describeAgainstRow(report, replaceRow(undefined, await storedRow(), null))
  },
}

for (const [name, render] of Object.entries(GOLDEN)) {
  test(name, async () => assertGolden(new URL(name, FOLDER), await render()))
}

test('every golden file is one of these', async () => {
  assert.deepEqual((await readdir(FOLDER)).sort(), Object.keys(GOLDEN).sort())
})

test('nothing is annotated where nothing regressed', async () => {
  for (const kind of Object.keys(reports).filter((kind) => !ANNOTATED.includes(kind))) {
    assert.equal(annotate(await reports[kind]!()), '', kind)
  }
})

test('the published JSON Schema', async () => {
  const url = new URL('../../docs/report.schema.json', import.meta.url)
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'flamegate-report.schema.json',
    title: 'flamegate report',
  }
  const schema = { ...head, ...toJsonSchema(reportSchema, { target: 'draft-2020-12' }) }
  await assertGolden(url, `${JSON.stringify(schema, null, 2)}\n`)
})

async function assertGolden(url: URL, text: string): Promise<void> {
  if (process.env.UPDATE_GOLDEN) await writeFile(url, text)
  assert.equal(text, await readFile(url, 'utf8'))
}

function ofKinds(
  kinds: readonly string[],
  format: string,
  render: (report: Report) => string,
): Record<string, () => Promise<string>> {
  return Object.fromEntries(
    kinds.map((kind) => [`${kind}.${format}`, async () => render(await reports[kind]!())]),
  )
}

/** The project is a folder of its repository. */
function annotate(report: Report): string {
  return renderAnnotations(report, '/repository/backend', '/repository')
}

/** Those of its scenarios that regressed. */
async function investigate(kind: string, row: (() => Promise<BaselineRow>) | undefined): Promise<string> {
  const report = await reports[kind]!()
  const lookup: RowLookup =
    row === undefined
      ? { kind: 'none', fact: 'there is no baseline.json' }
      : { kind: 'row', row: await row() }
  const regressed = report.scenarios.flatMap((result) =>
    result.status === 'measured' && result.verdict?.kind === 'regressed' ? [result] : [],
  )
  return renderInvestigation(report, regressed, lookup)
}
