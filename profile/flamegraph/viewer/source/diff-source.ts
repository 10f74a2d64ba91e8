// Two versions of a file, side by side.
import { formatCalls, formatCost } from '../../../model/format.ts'
import type { Graph, GraphDiff, SourceVersion } from '../../data.ts'
import { element } from '../dom.ts'
import { type LinePair, pairLines } from './line-diff.ts'
import { noSource, sumByLine } from './source.ts'

/** One version's text, ready to be shown line by line. */
interface Column {
  readonly file: string
  readonly lines: readonly string[]
  readonly heat: ReadonlyMap<number, number>
  readonly counts: ReadonlyMap<number, number>
  /** Line of the chosen function; 0 for none. */
  readonly selected: number
  readonly mark: '−' | '+'
}

/** The file of a function in both versions, equal lines in one row, with what each line costs and how often it ran. */
export function renderBothSources(
  graph: Graph,
  diff: GraphDiff,
  selected: number,
  total: number,
): HTMLElement {
  const frame = graph.frames[selected]!
  const { left, right } = findBoth(graph, diff, selected)
  if (left.lines.length === 0 && right.lines.length === 0) return noSource(frame)
  const hasBoth = left.lines.length > 0 && right.lines.length > 0
  const anchor =
    hasBoth && left.selected > 0 && right.selected > 0
      ? { baseline: left.selected, candidate: right.selected }
      : undefined
  const blamed = diff.blame.find((row) => row.frame === selected)
  const blamedLine = blamed === undefined ? -1 : parsePlace(blamed.place).line
  const hasCounts = left.counts.size + right.counts.size > 0
  const hottest = Math.max(...left.heat.values(), ...right.heat.values(), 0)
  const cells = (column: Column, line: number | null, isSame: boolean) =>
    sideCells(graph, column, line, { isSame, hasCounts, hottest, leastCost: total * 1e-4 })
  const rows = pairLines(left.lines, right.lines, anchor).map(({ baseline, candidate, isSame }: LinePair) => {
    const isSelected = (baseline ?? -1) === left.selected || (candidate ?? -1) === right.selected
    const isBlamed = candidate !== null && candidate === blamedLine
    return element(
      'tr',
      {
        className: `${isSelected ? 'selected' : ''}${isBlamed ? ' blamed' : ''}${isSame && hasBoth ? ' same' : ''}`,
      },
      ...cells(left, baseline, isSame || !hasBoth),
      ...cells(right, candidate, isSame || !hasBoth),
    )
  })
  const title = (version: string, { file, lines }: Column) =>
    element('th', {
      colSpan: hasCounts ? 4 : 3,
      textContent: lines.length === 0 ? `${version}: no source here` : `${version}: ${file}`,
    })
  const kinds = ['cost', ...(hasCounts ? ['count'] : []), 'line', 'code']
  const widths = [...kinds, ...kinds].map((className) => element('col', { className }))
  const titles = element('tr', {}, title(diff.baseline, left), title(diff.candidate, right))
  return element(
    'div',
    { className: 'source both' },
    element(
      'table',
      {},
      element('colgroup', {}, ...widths),
      element('thead', {}, titles),
      element('tbody', {}, ...rows),
    ),
  )
}

/** A function's file in either version. */
function findBoth(graph: Graph, diff: GraphDiff, selected: number): { left: Column; right: Column } {
  const { change, placeBaseline } = diff.frames[selected]!
  const baseline = parsePlace(placeBaseline)
  const candidate = change === 'gone' ? { file: '', line: 0 } : graph.frames[selected]!
  // Who is in one version only is set against the same file of the other.
  const [left, right] = [baseline.file || candidate.file, candidate.file || baseline.file]
  const sourceOf = (name: string) => graph.sources.find(({ file }) => file === name)
  return {
    left: toColumn(left, sourceOf(left)?.baseline, baseline.line, '−'),
    right: toColumn(right, sourceOf(right), candidate.line, '+'),
  }
}

function toColumn(
  file: string,
  source: SourceVersion | undefined,
  selected: number,
  mark: Column['mark'],
): Column {
  return {
    file,
    lines: source === undefined || source.text === '' ? [] : source.text.split('\n'),
    heat: sumByLine(source?.heat ?? []),
    counts: new Map(source?.counts ?? []),
    selected,
    mark,
  }
}

/** @param place `file:line` as shown, or a file alone */
function parsePlace(place: string): { readonly file: string; readonly line: number } {
  const [, file = place, line = '0'] = /^(.*):(\d+)$/s.exec(place) ?? []
  return { file, line: Number(line) }
}

interface RowLook {
  readonly isSame: boolean
  readonly hasCounts: boolean
  readonly hottest: number
  readonly leastCost: number
}

/** Cost, count, line and code of one version. */
function sideCells(
  { unit }: Graph,
  { lines, heat, counts, mark }: Column,
  line: number | null,
  { isSame, hasCounts, hottest, leastCost }: RowLook,
): HTMLElement[] {
  const side = mark === '−' ? 'before' : 'after'
  const className = `${line === null ? 'none' : isSame ? '' : 'changed'} ${side}`
  const cost = line === null ? 0 : (heat.get(line) ?? 0)
  const count = line === null ? undefined : counts.get(line)
  const texts = [
    { kind: 'number cost', text: cost > leastCost ? formatCost(cost, unit) : '' },
    ...(hasCounts
      ? [{ kind: 'number count', text: count === undefined ? '' : `${formatCalls(count)}×` }]
      : []),
    { kind: 'number line', text: line === null ? '' : `${isSame ? '' : `${mark} `}${line}` },
    { kind: 'code', text: (line === null ? '' : lines[line - 1]) || ' ' },
  ]
  return texts.map(({ kind, text }) => {
    const cell = element('td', { className: `${kind} ${className}`, textContent: text })
    cell.style.setProperty('--heat', hottest === 0 ? '0' : (cost / hottest).toFixed(3))
    return cell
  })
}
