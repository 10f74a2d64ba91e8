// The columns of the function table.
import { formatCalls, formatCost, formatPlace, formatShare } from '../../../model/format.ts'
import type { Graph, GraphDiff, PageFrame } from '../../data.ts'
import { element } from '../dom.ts'
import { tagOf } from '../graph/appearance.ts'
import { categoryColour, changeColour, isDark } from '../graph/theme.ts'
import { formatBytesPair, formatCallsPair, formatSignedCost } from '../units.ts'
import type { FunctionRow, RowChange } from './rows.ts'

/** A column of the function table. */
export interface Column {
  readonly title: string
  readonly isNumber: boolean
  /** Left out where the page is narrow: the function's name has to be seen. */
  readonly isDetail?: true
  /** What rows are sorted by; numbers descending at first. */
  value(row: FunctionRow): number | string
  cell(row: FunctionRow): HTMLElement
}

/** What the table says of one version; the first column is the one it is sorted by at first. */
export function costColumns(graph: Graph, opCost: number): Column[] {
  const { frames, unit } = graph
  const facts = ({ frame }: FunctionRow) => frames[frame]!
  return [
    {
      title: 'self',
      isNumber: true,
      value: ({ self }) => self,
      cell: ({ self }) => barCell(formatCost(self, unit), formatShare(self / opCost), self / opCost),
    },
    {
      title: 'total',
      isNumber: true,
      isDetail: true,
      value: ({ total }) => total,
      cell: ({ total }) => numberCell(formatCost(total, unit)),
    },
    {
      title: 'calls/op',
      isNumber: true,
      isDetail: true,
      value: (row) => facts(row).callsPerOp ?? -1,
      cell: (row) => numberCell(formatCalls(facts(row).callsPerOp)),
    },
    {
      title: 'bytes/op',
      isNumber: true,
      isDetail: true,
      value: (row) => facts(row).bytesPerOp ?? -1,
      cell(row) {
        const { bytesPerOp } = facts(row)
        return numberCell(bytesPerOp === null ? '–' : formatCost(bytesPerOp, 'bytes/op'))
      },
    },
    nameColumn(graph, (row) => {
      const { category, name } = facts(row)
      return nameCell(name || '(anonymous)', categoryColour(category, isDark()), category)
    }),
    placeColumn(graph),
  ]
}

/** What the table says of two versions. */
export function changeColumns(graph: Graph, diff: GraphDiff): Column[] {
  const { frames, unit } = graph
  const op = Math.max(diff.totalBaseline, diff.totalCandidate)
  const costOrNothing = (cost: number) => (cost === 0 ? '0' : formatCost(cost, unit))
  const selfChange = ({ self, change }: FunctionRow) => self - change!.selfBaseline
  const totalChange = ({ total, change }: FunctionRow) => total - change!.totalBaseline
  return [
    {
      title: 'change',
      isNumber: true,
      value: (row) => Math.abs(selfChange(row)),
      cell(row) {
        const share = selfChange(row) / op
        const cell = barCell(
          formatSignedCost(selfChange(row), unit),
          `${share < 0 ? '−' : '+'}${formatShare(Math.abs(share))}`,
          Math.abs(share),
        )
        cell.title = `of the function’s own cost; the noise of the profiles is ±${formatCost(row.change!.selfNoise, unit)}`
        cell.classList.add(classOf(row.change!.selfStrength))
        return cell
      },
    },
    {
      title: 'self before',
      isNumber: true,
      isDetail: true,
      value: ({ change }) => change!.selfBaseline,
      cell: ({ change }) => numberCell(costOrNothing(change!.selfBaseline)),
    },
    {
      title: 'after',
      isNumber: true,
      isDetail: true,
      value: ({ self }) => self,
      cell: ({ self }) => numberCell(costOrNothing(self)),
    },
    {
      title: 'total change',
      isNumber: true,
      isDetail: true,
      value: (row) => Math.abs(totalChange(row)),
      cell(row) {
        const cell = numberCell(formatSignedCost(totalChange(row), unit))
        cell.classList.add(classOf(row.change!.totalStrength))
        return cell
      },
    },
    {
      title: 'calls/op',
      isNumber: true,
      isDetail: true,
      value: ({ frame }) => frames[frame]!.callsPerOp ?? -1,
      cell: ({ frame }) =>
        numberCell(formatCallsPair(diff.frames[frame]!.callsBaseline, frames[frame]!.callsPerOp)),
    },
    {
      title: 'bytes/op',
      isNumber: true,
      isDetail: true,
      value: ({ frame }) => frames[frame]!.bytesPerOp ?? -1,
      cell: ({ frame }) =>
        numberCell(formatBytesPair(diff.frames[frame]!.bytesBaseline, frames[frame]!.bytesPerOp)),
    },
    nameColumn(graph, ({ frame, change }) => {
      const cell = nameCell(
        frames[frame]!.name,
        changeColour(change!.selfStrength, isDark()),
        describeStrength(change!),
      )
      cell.append(element('small', { textContent: tagOf(diff, frame) }))
      return cell
    }),
    placeColumn(graph),
  ]
}

function nameColumn({ frames }: Graph, cell: Column['cell']): Column {
  return { title: 'function', isNumber: false, value: ({ frame }) => frames[frame]!.name, cell }
}

function placeColumn({ frames }: Graph): Column {
  const place = ({ frame }: FunctionRow) => formatPlace(frames[frame]!)
  return {
    title: 'where',
    isNumber: false,
    value: place,
    cell: (row) => element('td', { className: 'place', textContent: place(row), title: place(row) }),
  }
}

function numberCell(textContent: string): HTMLElement {
  return element('td', { className: 'number', textContent })
}

function barCell(text: string, note: string, share: number): HTMLElement {
  const cell = element('td', { className: 'number bar' }, `${text} `, element('small', { textContent: note }))
  cell.style.setProperty('--share', `${share * 100}%`)
  return cell
}

function nameCell(name: PageFrame['name'], colour: string, title: string): HTMLElement {
  const swatch = element('span', { className: 'swatch', title })
  swatch.style.background = colour
  return element(
    'td',
    {},
    swatch,
    element('button', { type: 'button', className: 'name', textContent: name, title: name }),
  )
}

function classOf(strength: number): string {
  return strength === 0 ? 'noise' : strength > 0 ? 'more' : 'less'
}

function describeStrength({ selfStrength }: RowChange): string {
  return { noise: 'inside the noise', more: 'more', less: 'less' }[classOf(selfStrength)]!
}
