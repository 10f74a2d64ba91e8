// A logarithmic axis of times.
import { element } from '../../../../../profile/flamegraph/viewer/dom.ts'
import { formatTime } from '../../../../../profile/model/format.ts'
import { placeOn, type Scale } from '../scale.ts'

/** Powers of ten and their halves that lie on the scale. */
export function timeAxis(scale: Scale): HTMLElement {
  const first = Math.floor(Math.log10(scale.low))
  const decades = Array.from(
    { length: Math.ceil(Math.log10(scale.high)) - first + 1 },
    (_, i) => 10 ** (first + i),
  )
  const isWide = scale.high / scale.low > 200
  const ticks = decades
    .flatMap((decade) => (isWide ? [decade] : [decade, 2 * decade, 5 * decade]))
    .filter((value) => value > scale.low && value < scale.high)
  return element(
    'span',
    { className: 'axis', ariaHidden: 'true' },
    ...ticks.map((value) =>
      at(element('span', { className: 'tick-label', textContent: shortTime(value) }), scale, value),
    ),
  )
}

function shortTime(ns: number): string {
  return formatTime(ns).replace(/\.0+ /, ' ')
}

/** An element at its place on a scale. */
export function at<Made extends HTMLElement>(made: Made, scale: Scale, value: number): Made {
  made.style.left = `${placeOn(scale, value)}%`
  return made
}
