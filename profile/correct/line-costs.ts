// What single lines cost.
import { selfTimeByNode } from '../model/self-time.ts'
import { sumOf } from '../model/sum.ts'
import type { OpProfile } from './refine.ts'

/** What the lines of one file cost, by line from 1. */
export type LineCosts = ReadonlyMap<number, number>

/**
 * What each line cost, by file: a node's time in proportion to its ticks, times `scale`. Ticks are of the whole process, so
 * a line that is hot only while code is cold looks a little hotter than it is.
 */
export function costOfLines(profiles: readonly OpProfile[], scale: number): ReadonlyMap<string, LineCosts> {
  const costs = new Map<string, Map<number, number>>()
  for (const { profile, places } of profiles) {
    const self = selfTimeByNode(profile)
    const ticksOfNode = new Float64Array(self.length)
    for (const [i, node] of profile.ticks.node.entries()) ticksOfNode[node]! += profile.ticks.count[i]!
    for (const [i, place] of places.entries()) {
      if (place.kind !== 'file') continue
      const node = profile.ticks.node[i]!
      const cost = (self[node]! * scale * profile.ticks.count[i]!) / ticksOfNode[node]!
      const lines = costs.get(place.url) ?? new Map<number, number>()
      lines.set(place.line, (lines.get(place.line) ?? 0) + cost)
      costs.set(place.url, lines)
    }
  }
  return costs
}

/** What a file cost in all. */
export function sumOfLines(lines: LineCosts): number {
  return sumOf(lines.values())
}
