// A file with what its lines cost.
import { formatCost } from '../../../model/format.ts'
import type { Graph, PageFrame, PageSource } from '../../data.ts'
import { element } from '../dom.ts'

/** The file of a function with what each line costs. */
export function renderSource(graph: Graph, frame: PageFrame, total: number): HTMLElement {
  const source = graph.sources.find(({ file }) => file === frame.file)
  return source === undefined ? noSource(frame) : renderFile(graph, source, frame, total)
}

/** Says that there is nothing to show. */
export function noSource(frame: PageFrame): HTMLElement {
  return element('p', { className: 'note', textContent: `No source of ${frame.file || frame.name} here.` })
}

function renderFile(graph: Graph, source: PageSource, frame: PageFrame, total: number): HTMLElement {
  const heat = sumByLine(source.heat)
  const hottest = Math.max(...heat.values(), 0)
  const lines = source.text.split('\n').map((text, i) => {
    const cost = heat.get(i + 1) ?? 0
    const row = element(
      'tr',
      { className: frame.file === source.file && frame.line === i + 1 ? 'selected' : '' },
      element('td', {
        className: 'number cost',
        textContent: cost > total * 1e-4 ? formatCost(cost, graph.unit) : '',
      }),
      element('td', { className: 'number line', textContent: String(i + 1) }),
      element('td', { className: 'code', textContent: text || ' ' }),
    )
    row.style.setProperty('--heat', hottest === 0 ? '0' : (cost / hottest).toFixed(3))
    return row
  })
  return element(
    'div',
    { className: 'source' },
    element('h2', { textContent: source.file }),
    element('table', {}, element('tbody', {}, ...lines)),
  )
}

/** Pairs of line and value as a map; a line that is there twice has the sum. */
export function sumByLine(pairs: readonly (readonly [number, number])[]): Map<number, number> {
  const sums = new Map<number, number>()
  for (const [line, value] of pairs) sums.set(line, (sums.get(line) ?? 0) + value)
  return sums
}
