// speedscope.
import { shownFile } from '../model/file-url.ts'
import type { CpuProfile } from '../model/model.ts'
import { sumOf } from '../model/sum.ts'
import { pathTo } from '../model/tree.ts'
import { roundSpans } from './round-spans.ts'

/**
 * A file for https://www.speedscope.app: one sampled profile, stacks root first, weights in microseconds.
 * Spec: https://www.speedscope.app/file-format-schema.json
 */
export function exportSpeedscope(profile: CpuProfile, name: string): string {
  const { frames, nodeFrame, nodeParent, sampleNode, sampleUs } = profile
  const weights = roundSpans(sampleUs)
  return JSON.stringify({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name,
    exporter: 'flamegate',
    activeProfileIndex: 0,
    shared: {
      frames: frames.map((frame) => {
        const { functionName, line, column } = frame
        const file = shownFile(frame, (url) => url)
        return {
          name: functionName || '(anonymous)',
          ...(file === '' ? {} : { file }),
          ...(line === 0 ? {} : { line, col: column }),
        }
      }),
    },
    profiles: [
      {
        type: 'sampled',
        name,
        unit: 'microseconds',
        startValue: 0,
        endValue: sumOf(weights),
        samples: Array.from(sampleNode, (node) => pathTo(nodeParent, node).map((at) => nodeFrame[at]!)),
        weights,
      },
    ],
  })
}
