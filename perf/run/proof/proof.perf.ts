// The scenario that a gate proves itself by.
import { defineSuite, micro, packageTarget } from '../../suite/scenario.ts'
import type * as Share from './plain.ts'

const DOCUMENT = {
  title: 'Groceries',
  items: Array.from({ length: 12 }, (_, i) => ({
    id: `item-${i}`,
    title: `Thing number ${i}`,
    done: i % 2 === 0,
  })),
}

/**
 * What a gate proves itself by: the same work ten times an op, or fourteen times, which is a slow-down of 40 % whatever the
 * machine does.
 */
export default defineSuite<typeof Share>({
  name: 'proof',
  target: packageTarget(new URL('.', import.meta.url), 'plain.ts'),
  scenarios: [
    micro({
      id: 'proof/clone.micro',
      setup: ({ repeats }: typeof Share) => repeats,
      op(repeats) {
        let last: unknown
        for (let i = 0; i < repeats; i++) last = clone(DOCUMENT)
        return last
      },
    }),
  ],
})

function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clone(inner)]))
}
