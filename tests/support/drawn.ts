// Profiles drawn as text.
import { ProfileBuilder } from '../../profile/model/builder.ts'
import type { CpuProfile, Frame } from '../../profile/model/model.ts'

/** A stack as text, root first: `op > a > b`. Functions are `name` or `name@url:line`. */
export type DrawnStack = string

/**
 * A profile from stacks as text, for tests: each is `path` seen for `us` microseconds, one after the other. A function
 * without a place is of `file:///app.js`; names in parentheses have none.
 */
export function drawProfile(stacks: readonly (readonly [path: DrawnStack, us: number])[]): CpuProfile {
  const builder = new ProfileBuilder()
  const ids = new Map<string, number>()
  const nodeOf = (path: readonly string[]): number => {
    const key = path.join(' > ')
    const known = ids.get(key)
    if (known !== undefined) return known
    const parent = path.length > 1 ? nodeOf(path.slice(0, -1)) : undefined
    const id = ids.size + 1
    ids.set(key, id)
    const node = builder.addNode(id, builder.internFrame(drawFrame(path.at(-1)!)))
    if (parent !== undefined) builder.setParent(node, parent)
    return id
  }
  nodeOf(['(root)'])
  let previous = 0
  for (const [path, us] of stacks) {
    builder.addSample(nodeOf(['(root)', ...path.split(' > ')]))
    builder.addDelta(previous)
    previous = us
  }
  return builder.build(
    0,
    stacks.reduce((sum, [, us]) => sum + us, 0),
  ).profile
}

function drawFrame(text: string): Frame {
  const [functionName = '', place] = text.split('@')
  if (place === undefined && functionName.startsWith('('))
    return { functionName, url: '', line: 0, column: 0 }
  const at = place?.lastIndexOf(':') ?? -1
  const url = place === undefined ? 'file:///app.js' : at < 5 ? place : place.slice(0, at)
  const line = place === undefined || at < 5 ? 1 : Number(place.slice(at + 1))
  return { functionName, url, line, column: 1 }
}

/** The inverse: what each stack cost, in order of first appearance; stacks without any are left out. */
export function drawStacks({ frames, nodeFrame, nodeParent, sampleNode, sampleUs }: CpuProfile): string[] {
  const costs = new Map<number, number>()
  for (const [i, node] of sampleNode.entries()) costs.set(node, (costs.get(node) ?? 0) + sampleUs[i]!)
  return [...costs].map(([node, us]) => {
    const path: string[] = []
    for (let at = node; at >= 0; at = nodeParent[at]!) path.push(frames[nodeFrame[at]!]!.functionName)
    return `${path.reverse().join(' > ')} ${Math.round(us)}`
  })
}
