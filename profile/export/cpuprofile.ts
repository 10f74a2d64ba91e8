// Chrome's .cpuprofile.
import type { CpuProfile } from '../model/model.ts'
import { sumOf } from '../model/sum.ts'
import { linkChildren } from '../model/tree.ts'

/**
 * Chrome's `.cpuprofile`, as DevTools, VS Code and speedscope open it: positions from 0, deltas that precede their stack
 * samples. Time that lies outside the measured ops is left out, so that the profile starts at 0.
 * Spec: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 */
export function exportCpuProfile(profile: CpuProfile): string {
  const { frames, nodeFrame, nodeParent, sampleNode, sampleUs, ticks } = profile
  const { first, next } = linkChildren(nodeParent)
  const hits = new Int32Array(nodeFrame.length)
  for (const node of sampleNode) hits[node]! += 1
  const ticksOf = new Map<number, { line: number; ticks: number }[]>()
  for (const [i, node] of ticks.node.entries()) {
    const list = ticksOf.get(node) ?? []
    list.push({ line: ticks.line[i]!, ticks: ticks.count[i]! })
    ticksOf.set(node, list)
  }
  const nodes = Array.from(nodeFrame, (frame, node) => {
    const { functionName, url, line, column } = frames[frame]!
    const children: number[] = []
    for (let child = first[node]!; child >= 0; child = next[child]!) children.push(child + 1)
    return {
      id: node + 1,
      callFrame: { functionName, scriptId: '0', url, lineNumber: line - 1, columnNumber: column - 1 },
      hitCount: hits[node]!,
      children,
      ...(ticksOf.has(node) ? { positionTicks: ticksOf.get(node) } : {}),
    }
  })
  const timeDeltas = Array.from(sampleUs, (_, i) => (i === 0 ? 0 : Math.round(sampleUs[i - 1]!)))
  const endTime = Math.round(sumOf(sampleUs))
  return JSON.stringify({
    nodes,
    startTime: 0,
    endTime,
    samples: Array.from(sampleNode, (node) => node + 1),
    timeDeltas,
  })
}
