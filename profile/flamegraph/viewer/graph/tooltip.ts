// The numbers under the pointer.
import type { Graph } from '../../data.ts'
import { element } from '../dom.ts'
import { describeFunction, describeFunctionChange } from '../table/facts.ts'
import type { Drawing } from './shown.ts'

/** Exact numbers of the box under the pointer. */
export class Tooltip {
  readonly element = element('div', { className: 'tooltip', hidden: true })

  show(graph: Graph, drawing: Drawing, box: number, x: number, y: number): void {
    this.element.hidden = box < 0
    if (box < 0) return
    this.element.replaceChildren(...describeBox(graph, drawing, box))
    const { offsetWidth, offsetHeight } = this.element
    this.element.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - offsetWidth - 4))}px`
    this.element.style.top = `${y + 18 + offsetHeight > innerHeight ? y - offsetHeight - 10 : y + 18}px`
  }
}

function describeBox(graph: Graph, { layout, changes }: Drawing, box: number): HTMLElement[] {
  if (graph.diff === null || changes === null) {
    const [total, self] = [layout.width[box]!, layout.self[box]!]
    return describeFunction(graph, layout.frame[box]!, { total, self, whole: layout.total })
  }
  const node = layout.node[box]!
  const { tree, baseline, candidate, noise } = changes
  return describeFunctionChange(graph, graph.diff, layout.frame[box]!, {
    total: { baseline: baseline[node]!, candidate: candidate[node]!, noise: noise[node]! },
    self: {
      baseline: tree.baseline[node]!,
      candidate: tree.candidate[node]!,
      noise: Math.sqrt(tree.variance[node]!) + changes.roundOff,
    },
  })
}
