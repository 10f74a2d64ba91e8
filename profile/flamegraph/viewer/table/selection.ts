// The chosen function's numbers.
import { element } from '../dom.ts'
import type { Drawing, ShownGraph } from '../graph/shown.ts'
import { describeFunctionChange } from './facts.ts'

/** Of two versions: what the chosen function cost in either, in all its places. */
export class Selection {
  readonly element = element('div', { className: 'selection', hidden: true })

  show(shown: ShownGraph, drawing: Drawing, frame: number): void {
    const { graph } = shown
    const costs = frame < 0 ? undefined : shown.costsOf(frame)
    this.element.hidden = graph.diff === null || costs === undefined
    if (graph.diff === null || costs === undefined) return
    this.element.replaceChildren(...describeFunctionChange(graph, graph.diff, frame, costs))
    const { layout } = drawing
    const isDrawn = layout.frame.some((id, box) => id === frame && layout.width[box]! > 0)
    if (isDrawn) return
    const text = 'it has no box now: change the width (c), or show more than what changed (x)'
    this.element.append(element('em', { textContent: text }))
  }
}
