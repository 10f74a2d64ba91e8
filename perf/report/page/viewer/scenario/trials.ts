// The trials behind a scenario's numbers: every pair, or every fork, as a dot.
import { element } from '../../../../../profile/flamegraph/viewer/dom.ts'
import { formatChange, formatTime } from '../../../../../profile/model/format.ts'
import type { PageScenario, PageSeries } from '../../data.ts'
import { card, dataTable } from '../parts.ts'
import { axisOf, placeOn, type Scale, scaleOfChanges } from '../scale.ts'
import { at, timeAxis } from './time-axis.ts'

/** Ratios of the pairs of a lockstep comparison; nothing without one. */
export function renderPairs({ pairs, isConfirming }: PageScenario): HTMLElement[] {
  if (pairs.length === 0) return []
  const all = pairs.flatMap(({ values }) => values.filter((value) => value !== null))
  const scale = scaleOfChanges([], all)
  const count = isConfirming.length
  const fresh = isConfirming.filter(Boolean).length
  const rows = Array.from({ length: count }, (_, i) => [
    `${i + 1}${isConfirming[i] ? ' (fresh)' : ''}`,
    ...pairs.map(({ values }) => changeText(values[i] ?? null)),
  ])
  return [
    card(
      `${count} pairs${fresh === 0 ? '' : `, ${fresh} of them fresh`}`,
      'trials',
      element('div', { className: 'strip-axis' }, axisOf(scale)),
      ...pairs.map((series) =>
        strip(series, scale, (i) => (isConfirming[i] ? 'dot fresh' : 'dot'), changeText),
      ),
      note(
        `Each dot is one pair of processes, this version ÷ the other, as a cost: right is worse.${fresh === 0 ? '' : ' Hollow: fresh pairs, which confirm.'}`,
      ),
      dataTable(['pair', ...pairs.map(({ title }) => title)], rows),
    ),
  ]
}

/** Latencies of the forks on one scale, each fork a dot. */
export function renderForks({ forks }: PageScenario): HTMLElement[] {
  const all = forks.flatMap(({ values }) => values.filter((value) => value !== null && value > 0)) as number[]
  if (all.length === 0) return []
  const scale = { low: Math.min(...all) / 1.15, high: Math.max(...all) * 1.15 }
  const count = forks[0]!.values.length
  const rows = Array.from({ length: count }, (_, i) => [
    String(i + 1),
    ...forks.map(({ values }) => timeText(values[i] ?? null)),
  ])
  return [
    card(
      `Latency in ${count} fork${count === 1 ? '' : 's'}`,
      'trials',
      element('div', { className: 'strip-axis' }, timeAxis(scale)),
      ...forks.map((series) => strip(series, scale, () => 'dot', timeText)),
      note('Each dot is one process; the scale is logarithmic.'),
      dataTable(['fork', ...forks.map(({ title }) => title)], rows),
    ),
  ]
}

function strip(
  { title, values, interval }: PageSeries,
  scale: Scale,
  className: (i: number) => string,
  format: (value: number | null) => string,
): HTMLElement {
  const known = values.flatMap((value, i) => (value === null || value <= 0 ? [] : [{ value, i }]))
  const dots = known.map(({ value, i }) => at(element('span', { className: className(i) }), scale, value))
  const track = element('span', { className: 'strip-track', role: 'img' })
  track.ariaLabel =
    known.length === 0
      ? `${title}: not known`
      : `${title}: ${known.map(({ value }) => format(value)).join(', ')}`
  if (interval !== null) {
    const range = at(element('span', { className: 'range' }), scale, interval.low)
    range.style.width = `${placeOn(scale, interval.high) - placeOn(scale, interval.low)}%`
    track.append(range)
  }
  track.append(...dots)
  return element(
    'div',
    { className: 'strip' },
    element('span', { className: 'strip-title', textContent: title }),
    track,
  )
}

function changeText(ratio: number | null): string {
  return ratio === null ? '–' : formatChange(ratio - 1)
}

function timeText(ns: number | null): string {
  return ns === null ? '–' : formatTime(ns)
}

function note(textContent: string): HTMLElement {
  return element('p', { className: 'note', textContent })
}
