// The scale that changes are drawn on: factors, so that twice and half are equally far from no change.
import { element } from '../../../../profile/flamegraph/viewer/dom.ts'
import { formatChange } from '../../../../profile/model/format.ts'
import type { CostChange } from '../../parts/cost-change.ts'

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
