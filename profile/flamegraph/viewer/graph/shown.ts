// The graph that is shown, as boxes.
import { formatPlace } from '../../../model/format.ts'
import { sumOf } from '../../../model/sum.ts'
import type { Graph, GraphDiff } from '../../data.ts'
import type { ViewState } from '../state.ts'
import type { CostPair } from '../table/facts.ts'
import { type FunctionRow, functionRows } from '../table/rows.ts'
import { categoryLook, changeLook } from './appearance.ts'
import { type Changes, type DiffTree, diffTreeOf, findChanges, widthsOf } from './diff.ts'
import type { Appearance } from './flame.ts'
import { type Layout, layOutByTime, layOutByWeight, type WeightedTree } from './layout.ts'
import { type MergedTree, mergeCallees, mergeCallers } from './sandwich.ts'

/** Boxes with all that is needed to paint and to describe them. */
export interface Drawing {
  readonly layout: Layout
  readonly look: Appearance
  /** Of two versions, by node. */
  readonly changes: Changes | null
}

/** What of the state decides which boxes there are. */
export type Arrangement = Pick<ViewState, 'order' | 'width' | 'only'>

/** One graph with all that is computed of it once. */
export class ShownGraph {
  readonly graph: Graph
  readonly rows: readonly FunctionRow[]
  /** Cost of the op; of two versions, the larger one. */
  readonly total: number
  readonly #changes: Changes | null
  readonly #drawings = new Map<string, Drawing>()

  constructor(graph: Graph) {
    this.graph = graph
    const { diff } = graph
    this.#changes = diff === null ? null : findChanges(diffTreeOf(graph, diff), diff)
    this.rows = functionRows(graph, this.#changes)
    const sum = sumOf(graph.nodeSelf)
    this.total = diff === null ? sum : Math.max(diff.totalBaseline, diff.totalCandidate)
  }

  /** The whole graph. */
  draw(arrangement: Arrangement): Drawing {
    const { order, width, only } = arrangement
    const key = this.graph.diff === null ? order : `${width} ${only}`
    const known = this.#drawings.get(key)
    if (known !== undefined) return known
    const drawing = this.#draw(arrangement)
    this.#drawings.set(key, drawing)
    return drawing
  }

  #draw(arrangement: Arrangement): Drawing {
    const { graph } = this
    if (graph.diff !== null) return drawChanges(graph, graph.diff, this.#changes!, arrangement)
    const isByTime = arrangement.order === 'time' && graph.sampleNode.length > 0
    return drawCosts(graph, isByTime ? layOutByTime(graph) : layOutByWeight(graph))
  }

  /** Who calls a function. */
  drawCallers(frame: number, arrangement: Arrangement): Drawing {
    return this.#drawMerged(mergeCallers(this.graph, this.#columns(), frame), arrangement)
  }

  /** What a function calls. */
  drawCallees(frame: number, arrangement: Arrangement): Drawing {
    return this.#drawMerged(mergeCallees(this.graph, this.#columns(), frame), arrangement)
  }

  #columns(): readonly ArrayLike<number>[] {
    if (this.#changes === null) return [this.graph.nodeSelf]
    const { baseline, candidate, variance } = this.#changes.tree
    return [candidate, baseline, variance]
  }

  #drawMerged({ nodeFrame, nodeParent, sums }: MergedTree, arrangement: Arrangement): Drawing {
    const { diff } = this.graph
    const [candidate = [], baseline = [], variance = []] = sums
    if (diff === null)
      return drawCosts(this.graph, layOutByWeight({ nodeFrame, nodeParent, nodeSelf: candidate }))
    const tree: DiffTree = { nodeFrame, nodeParent, baseline, candidate, variance }
    return drawChanges(this.graph, diff, findChanges(tree, diff, this.#changes!.scale), arrangement)
  }

  /** What a function cost in both versions; undefined in the graph of one, and for one that cost nothing. */
  costsOf(frame: number): { readonly total: CostPair; readonly self: CostPair } | undefined {
    const row = this.rows.find((row) => row.frame === frame)
    if (row === undefined || row.change === null) return undefined
    const { selfBaseline, totalBaseline, selfNoise, totalNoise } = row.change
    return {
      total: { baseline: totalBaseline, candidate: row.total, noise: totalNoise },
      self: { baseline: selfBaseline, candidate: row.self, noise: selfNoise },
    }
  }

  /** The functions in the order in which they are worth a look: by self cost, or by its change. */
  ranking(): FunctionRow[] {
    const weight = ({ self, change }: FunctionRow) =>
      change === null ? self : Math.abs(self - change.selfBaseline)
    return [...this.rows].sort((a, b) => weight(b) - weight(a))
  }

  /** Where nobody is chosen, who is looked at: who is blamed, else the first of the ranking whose source is there. */
  lead(): number {
    const { frames, sources, diff } = this.graph
    const blamed = diff?.blame.find(({ frame }) => frame >= 0)
    if (blamed !== undefined) return blamed.frame
    const files = new Set(sources.map(({ file }) => file))
    const ranking = this.ranking()
    return (ranking.find(({ frame }) => files.has(frames[frame]!.file)) ?? ranking[0])?.frame ?? 0
  }

  /** Whether a row is to be shown, given what a search found. */
  filter(isMatch: Uint8Array | undefined, only: ViewState['only']): (row: FunctionRow) => boolean {
    return ({ frame, change }) => {
      const hasChanged = change === null || change.selfStrength !== 0 || change.totalStrength !== 0
      return (isMatch === undefined || isMatch[frame] === 1) && (only === 'all' || hasChanged)
    }
  }

  /** A function's name in the address. */
  nameOf(frame: number): string {
    const facts = this.graph.frames[frame]!
    // Another function may stand where one that is gone stood.
    const version = this.graph.diff?.frames[frame]?.change === 'gone' ? '@baseline' : ''
    return `${facts.name}@${formatPlace(facts)}${version}`
  }

  /** The inverse of {@link nameOf}: -1 for nobody. */
  find(name: string): number {
    return name === '' ? -1 : this.graph.frames.findIndex((_, frame) => this.nameOf(frame) === name)
  }

  /** By frame, 1 for what a search finds; undefined without a search. */
  match(search: string): Uint8Array | undefined {
    const wanted = search.trim().toLowerCase()
    if (wanted === '') return undefined
    return Uint8Array.from(this.graph.frames, (frame) =>
      `${frame.name} ${formatPlace(frame)} ${frame.category}`.toLowerCase().includes(wanted) ? 1 : 0,
    )
  }
}

function drawCosts(graph: Graph, layout: Layout): Drawing {
  return { layout, look: categoryLook(graph, layout), changes: null }
}

function drawChanges(graph: Graph, diff: GraphDiff, changes: Changes, { width, only }: Arrangement): Drawing {
  const { tree, holdsChange } = changes
  const weighted: WeightedTree = { ...tree, nodeSelf: widthsOf(tree, width) }
  const isShown = only === 'all' ? undefined : holdsChange.slice().fill(1, 0, 1)
  const layout = layOutByWeight(weighted, isShown)
  return { layout, look: changeLook(graph, diff, layout, changes), changes }
}
