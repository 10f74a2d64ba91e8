// The scale that changes are drawn on: factors, so that twice and half are equally far from no change.
import { element } from '../../../../profile/flamegraph/viewer/dom.ts'
import { formatChange } from '../../../../profile/model/format.ts'
import type { CostChange } from '../../parts/cost-change.ts'
import { lookOf } from './verdicts.ts'

/** From the left end to the right one, as factors. */
export interface Scale {
  readonly low: number
  readonly high: number
}

/** No scale is narrower than this, so that small changes look small; none wider, so that one row does not flatten the others. */
const NARROWEST: Scale = { low: 1 / 1.4, high: 1.4 }
const WIDEST: Scale = { low: 1 / 4, high: 4 }
const TICKS = [0.25, 0.5, 0.8, 1, 1.25, 2, 4]

/** A scale on which all of these changes, and their limits, can be read. */
export function scaleOfChanges(changes: readonly CostChange[], others: readonly number[] = []): Scale {
  const lows = changes.flatMap(({ ratio, confirmation }) => [ratio?.low ?? 1, confirmation?.low ?? 1])
  const highs = changes.flatMap(({ ratio, confirmation, limit }) => [
    ratio?.high ?? 1,
    confirmation?.high ?? 1,
    limit,
  ])
  const clamp = (value: number) => Math.min(WIDEST.high, Math.max(WIDEST.low, value))
  return {
    low: clamp(Math.min(NARROWEST.low, ...lows, ...others) / 1.04),
    high: clamp(Math.max(NARROWEST.high, ...highs, ...others) * 1.04),
  }
}

/** Where a factor is, in per cent of the width; beyond the ends, at the end. */
export function placeOn({ low, high }: Scale, factor: number): number {
  const place = Math.log(factor / low) / Math.log(high / low)
  return Math.min(1, Math.max(0, place)) * 100
}

/** The scale written out: `−20 %   0   +25 %`. */
export function axisOf(scale: Scale): HTMLElement {
  const shown = TICKS.filter((factor) => factor > scale.low && factor < scale.high)
  const kept = shown.filter(
    (factor) => factor === 1 || shown.every((other) => !isCrowded(scale, factor, other)),
  )
  const ticks = kept.map((factor) => {
    const label = element('span', {
      className: `tick-label${factor === 1 ? ' none' : ''}`,
      textContent: factor === 1 ? '0' : formatChange(factor - 1).replace('.0 %', ' %'),
    })
    label.style.left = `${placeOn(scale, factor)}%`
    return label
  })
  return element('span', { className: 'axis', ariaHidden: 'true' }, ...ticks)
}

/** Whether a label would run into that of a factor that is more important: nearer to no change. */
function isCrowded(scale: Scale, factor: number, other: number): boolean {
  const isBehind = Math.abs(Math.log(other)) < Math.abs(Math.log(factor))
  return isBehind && Math.abs(placeOn(scale, factor) - placeOn(scale, other)) < CROWDED
}

/** In per cent of the width. */
const CROWDED = 10

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
