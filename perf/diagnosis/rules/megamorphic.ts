// Lines that meet objects of so many shapes that every access is a search.
import { placeOf, type Rule, timeOfLines } from '../rule.ts'

/** V8 remembers four; with a few more it still finds most of them at once. */
const FEWEST_SHAPES = 10

export const megamorphic: Rule = {
  code: 'megamorphic',
  leastShare: 0.25,
  find(evidence) {
    const { frames, watched } = evidence
    const found = (watched?.megamorphic ?? []).filter(({ shapes }) => shapes >= FEWEST_SHAPES)
    return found.map(({ frame, line, property, shapes }) => ({
      ...placeOf({ ...frames[frame]!, line }),
      nsPerOp: timeOfLines(evidence, frames[frame]!, { line }),
      message: `.${property} is of objects of at least ${shapes} shapes, more than V8 remembers for a line`,
      cure: 'make these objects in one place, with all fields in one order, or read the field where their kind is known',
    }))
  },
}
