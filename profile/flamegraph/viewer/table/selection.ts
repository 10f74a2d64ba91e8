// The chosen function's numbers.
import { element } from '../dom.ts'
import type { Drawing, ShownGraph } from '../graph/shown.ts'
import { describeFunction, describeFunctionChange } from './facts.ts'

/** What the chosen function costs, in all its places; of two versions, in either. */
export class Selection {
  readonly element = element('div', { className: 'selection', hidden: true })

  show(shown: ShownGraph, drawing: Drawing, frame: number): void {
    const { graph } = shown
    const row = shown.rows.find((row) => row.frame === frame)
    this.element.hidden = row === undefined
    if (row === undefined) return
    const costs = shown.costsOf(frame)
    if (graph.diff === null || costs === undefined) {
      const { total, self } = row
      this.element.replaceChildren(...describeFunction(graph, frame, { total, self, whole: shown.total }))
      return
    }
    this.element.replaceChildren(...describeFunctionChange(graph, graph.diff, frame, costs))
    const { layout } = drawing
    const isDrawn = layout.frame.some((id, box) => id === frame && layout.width[box]! > 0)
    if (isDrawn) return
    const text = 'it has no box now: change the width (c), or show more than what changed (x)'
    this.element.append(element('em', { textContent: text }))
  }
}
