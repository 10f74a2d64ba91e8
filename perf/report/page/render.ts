// The page of a run: its overview, every scenario with the evidence for its verdict, and their flamegraphs.

import type { DisclosureFlags } from '../../../profile/flamegraph/disclosure.ts'
import { renderPage } from '../../../profile/flamegraph/page.ts'
import { graphsOf, type ShownRun } from './graphs.ts'
import { summariseRun } from './summary.ts'

/**
 * One HTML file for a run.
 * @param root the project's folder, which files are named from
 * @throws ViewerMissingError where the viewer was never bundled
 */
export function renderRunPage(run: ShownRun, root: string, disclosed?: DisclosureFlags): Promise<string> {
  const graphs = graphsOf(run, root, disclosed)
  const data = summariseRun(run.report, new Set(graphs.map(({ id }) => id)))
  return renderPage({ title: `flamegate ${run.report.run.id}`, graphs, data })
}
