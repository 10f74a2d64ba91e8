// Texts of sources, which the graphs of a page share: each is in the page once.
import type { Graph, PageSource } from './data.ts'

/** Graphs without the texts of their sources, and these. */
export interface SharedTexts {
  readonly graphs: readonly Graph[]
  readonly texts: readonly string[]
}

/** Takes the texts out of the graphs; what is left says which text was where. */
export function shareTexts(graphs: readonly Graph[]): SharedTexts {
  const ids = new Map<string, number>()
  const take = (text: string): number => {
    const id = ids.get(text) ?? ids.size
    ids.set(text, id)
    return id
  }
  const without = graphs.map((graph) => ({
    ...graph,
    textIds: graph.sources.map(({ text, baseline }) => [
      take(text),
      baseline === undefined ? -1 : take(baseline.text),
    ]),
    sources: graph.sources.map(({ baseline, ...source }): PageSource => {
      return { ...source, text: '', ...(baseline !== undefined && { baseline: { ...baseline, text: '' } }) }
    }),
  }))
  return { graphs: without, texts: [...ids.keys()] }
}

/** The inverse of {@link shareTexts}, for one of the graphs. */
export function fillTexts(graph: Graph, texts: readonly string[]): Graph {
  const { textIds, ...others } = graph
  if (textIds === undefined) return graph
  const sources = graph.sources.map(({ baseline, ...source }, i): PageSource => {
    const [own, before] = textIds[i]!
    return {
      ...source,
      text: texts[own!]!,
      ...(baseline !== undefined && { baseline: { ...baseline, text: texts[before!]! } }),
    }
  })
  return { ...others, sources }
}
