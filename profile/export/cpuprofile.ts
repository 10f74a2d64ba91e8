// Chrome's .cpuprofile.
import type { CpuProfile, Frame } from '../model/model.ts'
import { sumOf } from '../model/sum.ts'
import { linkChildren } from '../model/tree.ts'
import { roundSpans } from './round-spans.ts'

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
  const scriptIds = new ScriptIds()
  const nodes = Array.from(nodeFrame, (frame, node) => {
    const { functionName, url, line, column } = frames[frame]!
    const children: number[] = []
    for (let child = first[node]!; child >= 0; child = next[child]!) children.push(child + 1)
    return {
      id: node + 1,
      callFrame: {
        functionName,
        scriptId: scriptIds.of(frames[frame]!),
        url,
        lineNumber: line - 1,
        columnNumber: column - 1,
      },
      hitCount: hits[node]!,
      children,
      ...(ticksOf.has(node) ? { positionTicks: ticksOf.get(node) } : {}),
    }
  })
  const spans = roundSpans(sampleUs)
  const timeDeltas = Array.from(spans, (_, i) => (i === 0 ? 0 : spans[i - 1]!))
  const endTime = Math.round(sumOf(sampleUs) * 1000) / 1000
  return JSON.stringify({
    nodes,
    startTime: 0,
    endTime,
    samples: Array.from(sampleNode, (node) => node + 1),
    timeDeltas,
  })
}

/** Numbers of scripts, which others tell functions apart by: one a file, and those of generated code one by one. */
class ScriptIds {
  readonly #ids = new Map<string, string>()

  of({ url, line, script }: Frame): string {
    if (line === 0 && url === '') return '0'
    const key = `${script ?? ''} ${url}`
    const id = this.#ids.get(key) ?? String(this.#ids.size + 1)
    this.#ids.set(key, id)
    return id
  }
}
