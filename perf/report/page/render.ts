// The page of a run: its overview, every scenario with the evidence for its verdict, and their flamegraphs.

import type { Graph } from '../../../profile/flamegraph/data.ts'
import type { DisclosureFlags } from '../../../profile/flamegraph/disclosure.ts'
import { renderPage } from '../../../profile/flamegraph/page.ts'
import type { Report } from '../../results/report.ts'
import { graphsOf, type ShownRun } from './graphs.ts'
import { summariseRun } from './summary.ts'

/**
 * One HTML file for a run.
 * @param root the project's folder, which files are named from
 * @throws ViewerMissingError where the viewer was never bundled
 */
export function renderRunPage(run: ShownRun, root: string, disclosed?: DisclosureFlags): Promise<string> {
  return renderPageOf(run.report, graphsOf(run, root, disclosed))
}

/** The same of a report and the graphs that are there already. */
export function renderPageOf(report: Report, graphs: readonly Graph[]): Promise<string> {
  const data = summariseRun(report, new Set(graphs.map(({ id }) => id)))
  return renderPage({ title: `flamegate ${report.run.id}`, graphs, data })
}
