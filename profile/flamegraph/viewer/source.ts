import type { Graph, PageFrame } from '../data.ts'
import { element } from './dom.ts'
import { formatCost } from './units.ts'

/** The file of a function with what each line costs. */
export function renderSource(graph: Graph, frame: PageFrame | undefined, total: number): HTMLElement {
  const source =
    graph.sources.find(({ file }) => file === frame?.file) ??
    (frame === undefined ? graph.sources[0] : undefined)
  if (source === undefined) {
    const text =
      frame === undefined
        ? 'Choose a function to see its source.'
        : `No source of ${frame.file || frame.name} here.`
    return element('p', { className: 'note', textContent: text })
  }
  const heat = new Map<number, number>()
  for (const [line, cost] of source.heat) heat.set(line, (heat.get(line) ?? 0) + cost)
  const hottest = Math.max(...heat.values(), 0)
  const lines = source.text.split('\n').map((text, i) => {
    const cost = heat.get(i + 1) ?? 0
    const row = element(
      'tr',
      { className: frame?.file === source.file && frame.line === i + 1 ? 'selected' : '' },
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
