// The page of a run, in a browser, made of sample reports.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { summariseRun } from '../../perf/report/page/summary.ts'
import type { Report } from '../../perf/results/report.ts'
import type { Graph } from '../../profile/flamegraph/data.ts'
import { renderPage } from '../../profile/flamegraph/page.ts'
import { openPage } from './browser.ts'

/** Opens the page of a report with these graphs, at this place of it. */
export async function showReport(
  t: TestContext,
  report: Report,
  { graphs = [], hash = '' }: { readonly graphs?: readonly Graph[]; readonly hash?: string } = {},
): Promise<{ readonly page: Page; readonly problems: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate report page '))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'report.html')
  const data = summariseRun(report, new Set(graphs.map(({ id }) => id)))
  await writeFile(file, await renderPage({ title: `flamegate ${report.run.id}`, graphs, data }))
  const opened = await openPage(t)
  await opened.page.goto(pathToFileURL(file).href + hash)
  await opened.page.waitForFunction(() => performance.getEntriesByName('flamegate-ready').length > 0)
  return opened
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}

/** What axe finds on the page that keeps people from using it, in a line each. */
export async function findBarriers(page: Page): Promise<string[]> {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
  await page.evaluate(await readFile(axe, 'utf8'))
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary.replaceAll('\n', ' ')}`),
    )
}
