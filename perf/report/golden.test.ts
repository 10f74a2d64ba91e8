import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { summary } from '../../tests/support/blame-data.ts'
import { makeFork } from '../../tests/support/fork-data.ts'
import { toBaselineRow } from '../results/baseline.ts'
import { type Report, reportJsonSchema } from '../results/report.ts'
import type { ForkRunner } from '../run/fork.ts'
import type { RunRequest } from '../run/request.ts'
import { runSuite } from '../run/run.ts'
import { createRandom } from '../stats/random.ts'
import { describeScenario, type ScenarioDescription } from '../suite/scenario.ts'
import { renderMarkdown } from './markdown.ts'
import { renderText } from './text.ts'

/** `npm test -- --update` writes these files anew; read the difference before you commit it. */
async function assertGolden(path: string, text: string): Promise<void> {
  const url = new URL(path, import.meta.url)
  if (process.env.UPDATE_GOLDEN) await writeFile(url, text)
  assert.equal(text, await readFile(url, 'utf8'))
}

const scenarios: ScenarioDescription[] = [
  describeScenario({ id: 'arrays/append.apply', kind: 'micro', parameters: { items: 100 } }),
  describeScenario({ id: 'arrays/append.http', kind: 'http' }),
  describeScenario({ id: 'arrays/toggle.apply', kind: 'micro' }),
  describeScenario({ id: 'payload/50kb.apply', kind: 'micro', parameters: { payloadBytes: 51_200 } }),
  describeScenario({ id: 'payload/10kb.apply', kind: 'micro' }),
]

/** Costs in ns per op; the candidate's append is 40 % slower, its toggle half as slow. */
function runner(costs: Record<string, number>): ForkRunner {
  const random = createRandom(1)
  return async ({ scenario: { id, kind } }) => {
    const cost = costs[id]
    if (cost === undefined) return { kind: 'failed', reason: 'no `result` within 17 s: it <hangs>|' }
    const nsPerOp = cost * (1 + 0.03 * (random() - 0.5))
    const trend = id === 'payload/50kb.apply' ? 0.2 : 0
    return { kind: 'measured', measurement: makeFork({ nsPerOp, isHttp: kind === 'http', trend }) }
  }
}

async function sampleReport(): Promise<Report> {
  const request: RunRequest = {
    id: '20260101-120000-abcd',
    root: '.',
    target: null,
    filters: [],
    scenarios: scenarios.map((scenario) => ({
      scenario,
      suiteFile: '',
      targetEntry: '',
      skipReason: undefined,
    })),
    seed: 7,
    forks: 5,
    isQuick: false,
    budgetMs: 1e9,
    timeoutMs: undefined,
    isStrict: true,
    reference: { kind: 'none', fact: '', problem: '' },
    mayAddForks: true,
  }
  const run = (costs: Record<string, number>, more: Partial<RunRequest>) =>
    runSuite(
      { ...request, ...more },
      {
        runFork: runner(costs),
        runPair: () => assert.fail(),
        runProfiles: undefined,
        proveGate: undefined,
        signal: new AbortController().signal,
        onProgress() {},
      },
    ).then(({ report }) => report)
  const costs = {
    'arrays/append.apply': 15_000,
    'arrays/append.http': 160_000,
    'arrays/toggle.apply': 19_000,
    'payload/50kb.apply': 42_000,
  }
  const baseline = await run({ ...costs, 'payload/10kb.apply': 26_000 }, { forks: 8 })
  const candidate = { ...costs, 'arrays/append.apply': 21_000, 'arrays/toggle.apply': 9_500 }
  const report = await run(candidate, {
    reference: {
      kind: 'stored',
      row: { ...toBaselineRow(baseline), commit: { hash: 'c'.repeat(40), isDirty: false } },
    },
  })
  const fingerprint = {
    cpuModel: 'Example CPU',
    coreCount: 2,
    os: 'linux-x64',
    nodeMajor: 20,
    nodeOptions: '',
  }
  const environment = {
    fingerprint,
    nodeVersion: '20.20.2',
    v8Version: '11.3',
    osRelease: '6.1',
    memoryBytes: 24 * 1024 ** 3,
    isCi: false,
  }
  const blamed = report.scenarios.map((result) =>
    result.status === 'measured' && result.id === 'arrays/append.apply'
      ? { ...result, blame: summary() }
      : result,
  )
  return {
    ...report,
    scenarios: blamed,
    environment,
    run: {
      ...report.run,
      startedAt: '2026-01-01T12:00:00Z',
      elapsedMs: 200_000,
      commit: { hash: 'a'.repeat(40), isDirty: true },
    },
  }
}

test('the text report', async () =>
  assertGolden('../../tests/golden/report.txt', renderText(await sampleReport())))

test('the Markdown report', async () =>
  assertGolden('../../tests/golden/report.md', renderMarkdown(await sampleReport())))

test('the published JSON Schema', async () => {
  await assertGolden('../../docs/report.schema.json', `${JSON.stringify(reportJsonSchema(), null, 2)}\n`)
})
