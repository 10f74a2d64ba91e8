// Folded stacks.
import { shownFile } from '../model/file-url.ts'
import type { CpuProfile, Frame } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { pathTo } from '../model/tree.ts'

/**
 * Folded stacks, as flamegraph.pl and its relatives read them: a line a stack, root first, frames parted by `;`, then
 * the microseconds. What would be read as one of these marks is written otherwise.
 */
export function exportFolded(profile: CpuProfile): string {
  const { frames, nodeFrame, nodeParent } = profile
  const names = frames.map(nameOf)
  const self = selfTimeByNode(profile)
  const lines: string[] = []
  for (const [node, us] of self.entries()) {
    const count = Math.round(us)
    if (count === 0) continue
    lines.push(
      `${pathTo(nodeParent, node)
        .map((at) => names[nodeFrame[at]!])
        .join(';')} ${count}`,
    )
  }
  return `${lines.join('\n')}\n`
}

function nameOf(frame: Frame): string {
  const { functionName, line } = frame
  const file = shownFile(frame, (url) => url)
  const place = file === '' ? '' : ` ${file.split('/').at(-1)}:${line}`
  return `${functionName || '(anonymous)'}${place}`.replaceAll(';', ':').replace(/[\r\n]+/g, ' ')
}
