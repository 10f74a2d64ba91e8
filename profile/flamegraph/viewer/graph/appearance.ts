// What a box looks like: its colour and its words.
import type { Graph, GraphDiff } from '../../data.ts'
import { formatPair, formatSharePair } from '../units.ts'
import type { Changes } from './diff.ts'
import type { Appearance } from './flame.ts'
import type { Layout } from './layout.ts'

/** Boxes of one version: the colour says whose code it is. */
export function categoryLook({ frames }: Graph, { frame }: Layout): Appearance {
  return {
    colour: (palette, box, isLit) => palette.category(frames[frame[box]!]!, frame[box]!, isLit),
    label(box, fits) {
      const { name, file, line } = frames[frame[box]!]!
      if (file === '') return name
      const place = line === 0 ? '' : `:${line}`
      const short = file.slice(file.lastIndexOf('/') + 1)
      const candidates = [`${name}  ${file}${place}`, `${name}  ${short}${place}`]
      return candidates.find(fits) ?? name
    },
  }
}

/** Boxes of two versions: the colour says what changed, and so does the text where there is room. */
export function changeLook(
  graph: Graph,
  diff: GraphDiff,
  { frame, node }: Layout,
  changes: Changes,
): Appearance {
  return {
    colour: (palette, box, isLit) => palette.change(changes.strength[node[box]!]!, isLit),
    label(box, fits) {
      const id = frame[box]!
      const { name } = graph.frames[id]!
      const [baseline, candidate] = [changes.baseline[node[box]!]!, changes.candidate[node[box]!]!]
      const tagged = `${name}${tagOf(diff, id)}`
      const cost = `${tagged}  ${formatPair(baseline, candidate, graph.unit)}`
      const candidates = [`${cost}  ${formatSharePair(baseline, candidate, diff)}`, cost, tagged]
      // What is cut at its end shall still say that it is new.
      return candidates.find(fits) ?? (tagged === name ? name : `${diff.frames[id]!.change}: ${name}`)
    },
  }
}

/** What is written behind the name of a function that only one version has. */
export function tagOf({ frames }: GraphDiff, frame: number): string {
  const { change } = frames[frame]!
  return change === 'new' || change === 'gone' ? ` (${change})` : ''
}
