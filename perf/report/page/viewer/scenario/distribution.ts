// How the times of single ops are spread: for every time, which share of the ops took no longer.
import { element, svg } from '../../../../../profile/flamegraph/viewer/dom.ts'
import { formatChange, formatTime } from '../../../../../profile/model/format.ts'
import type { PageQuantile, PageScenario } from '../../data.ts'
import { card, dataTable } from '../parts.ts'
import { placeOn, type Scale } from '../scale.ts'
import { timeAxis } from './time-axis.ts'

/** Shares that have a line of their own. */
const MARKED = [0.5, 0.95, 0.99]

/** Nothing where a report does not have it. */
export function renderDistribution(
  { distribution }: PageScenario,
  versions: { readonly baseline: string; readonly candidate: string },
): HTMLElement[] {
  if (distribution.length === 0) return []
  const hasBoth = distribution.some(({ baselineNs }) => baselineNs !== null)
  const times = distribution.flatMap(({ candidateNs, baselineNs }) => [
    candidateNs,
    baselineNs ?? candidateNs,
  ])
  const known = times.filter((ns) => ns > 0)
  if (known.length === 0) return []
  const scale = { low: Math.min(...known) / 1.1, high: Math.max(...known) * 1.1 }
  const names = hasBoth ? [`before: ${versions.baseline}`, `after: ${versions.candidate}`] : []
  const head = hasBoth ? ['share of ops', 'before', 'after', 'change'] : ['share of ops', 'at most']
  return [
    card(
      'Time of single ops',
      'distribution',
      ...(hasBoth ? [legend(names)] : []),
      element('div', { className: 'plot' }, drawing(distribution, scale, hasBoth), ...MARKED.map(markLabel)),
      element('div', { className: 'plot-axis' }, timeAxis(scale)),
      element('p', {
        className: 'note',
        textContent:
          'The share of ops that took no longer than a time; further left is quicker. The scale of time is logarithmic.',
      }),
      dataTable(
        head,
        distribution.map((quantile) => rowOf(quantile, hasBoth)),
      ),
    ),
  ]
}

function rowOf({ share, candidateNs, baselineNs }: PageQuantile, hasBoth: boolean): string[] {
  const name = `${Number((share * 100).toFixed(1))} %`
  if (!hasBoth) return [name, formatTime(candidateNs)]
  if (baselineNs === null) return [name, '–', formatTime(candidateNs), '–']
  const change = baselineNs > 0 ? formatChange(candidateNs / baselineNs - 1) : '–'
  return [name, formatTime(baselineNs), formatTime(candidateNs), change]
}

function legend(names: readonly string[]): HTMLElement {
  const [before = '', after = ''] = names
  return element(
    'p',
    { className: 'legend-line' },
    element('span', { className: 'key before', ariaHidden: 'true' }),
    `${before} `,
    element('span', { className: 'key after', ariaHidden: 'true' }),
    after,
  )
}

function drawing(distribution: readonly PageQuantile[], scale: Scale, hasBoth: boolean): SVGSVGElement {
  const line = (className: string, timeOf: (quantile: PageQuantile) => number | null) => {
    const points = distribution.flatMap((quantile) => {
      const ns = timeOf(quantile)
      return ns === null || ns <= 0
        ? []
        : [`${placeOn(scale, ns).toFixed(2)},${(100 - quantile.share * 100).toFixed(2)}`]
    })
    return svg('polyline', { class: className, points: points.join(' ') })
  }
  const middle = distribution.find(({ share }) => share === 0.5)
  const spoken = middle === undefined ? '' : `: half of them within ${formatTime(middle.candidateNs)}`
  return svg(
    'svg',
    {
      viewBox: '0 0 100 100',
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': `distribution of the times of single ops${spoken}; the numbers are in the table below`,
    },
    ...MARKED.map((share) =>
      svg('line', { class: 'mark', x1: 0, x2: 100, y1: 100 - share * 100, y2: 100 - share * 100 }),
    ),
    ...(hasBoth ? [line('before', ({ baselineNs }) => baselineNs)] : []),
    line('after', ({ candidateNs }) => candidateNs),
  )
}

function markLabel(share: number): HTMLElement {
  const label = element('span', {
    className: 'mark-label',
    textContent: `${share * 100} %`,
    ariaHidden: 'true',
  })
  label.style.top = `${100 - share * 100}%`
  return label
}
