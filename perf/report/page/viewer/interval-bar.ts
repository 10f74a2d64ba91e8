// The bar of a change, and how it is read.
import { element } from '../../../../profile/flamegraph/viewer/dom.ts'
import { formatChange } from '../../../../profile/model/format.ts'
import type { CostChange } from '../../parts/cost-change.ts'
import { placeOn, type Scale } from './scale.ts'
import { lookOf } from './verdicts.ts'

/**
 * A change as a bar: the line is its interval, the dot its middle, the grey band what may stay unseen, the tick the limit;
 * right is worse.
 */
export function intervalBar(change: CostChange | null, scale: Scale): HTMLElement {
  if (change?.ratio == null) return element('span', { className: 'track empty', textContent: 'not compared' })
  const { ratio, noise, limit, confirmation, verdict, isGated } = change
  const bar = element('span', { className: `track ${isGated ? lookOf(verdict).tone : 'mute'}`, role: 'img' })
  bar.ariaLabel = describeBar(change)
  bar.title = describeBar(change)
  if (noise !== null) bar.append(span('band', scale, 1 / noise, noise))
  bar.append(span('zero', scale, 1, 1))
  if (isGated) bar.append(span('limit', scale, limit, limit))
  bar.append(span('range', scale, ratio.low, ratio.high))
  if (confirmation !== null) bar.append(span('range second', scale, confirmation.low, confirmation.high))
  bar.append(span('point', scale, ratio.value, ratio.value))
  if (ratio.low < scale.low) bar.append(element('span', { className: 'beyond low', textContent: '‹' }))
  if (ratio.high > scale.high) bar.append(element('span', { className: 'beyond', textContent: '›' }))
  return bar
}

/** How bars are read. */
export const BARS =
  'Bars are costs: right is worse. Dot and line: the change with its interval; second line: the same in fresh processes, which have to agree; grey band: what may stay unseen; tick: limit.'

/** A part of a bar, from one factor to another. */
function span(className: string, scale: Scale, from: number, to: number): HTMLElement {
  const made = element('span', { className })
  made.style.left = `${placeOn(scale, from)}%`
  if (to !== from) made.style.width = `${placeOn(scale, to) - placeOn(scale, from)}%`
  return made
}

function describeBar({ title, ratio, limit, noise, isGated, confirmation, confidence }: CostChange): string {
  const range = (interval: NonNullable<CostChange['ratio']>) =>
    `${formatChange(interval.value - 1)}, from ${formatChange(interval.low - 1)} to ${formatChange(interval.high - 1)}`
  return [
    `${title} ${range(ratio!)} (${(confidence * 100).toFixed(1)} % interval)`,
    ...(confirmation === null ? [] : [`again in fresh processes: ${range(confirmation)}`]),
    isGated ? `limit ${formatChange(limit - 1)}` : 'not gated',
    ...(noise === null ? [] : [`less than ${formatChange(noise - 1)} may stay unseen`]),
  ].join('; ')
}
