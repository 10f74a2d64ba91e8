import type { WriteStream } from 'node:tty'
import { createLogUpdate } from 'log-update'
import type { Progress } from '../../perf/run/request.ts'
import { formatDuration } from '../../profile/model/format.ts'

const BAR_WIDTH = 20

/** Shows where a run is, until it is cleared. */
export interface ProgressLine {
  show(progress: Progress): void
  clear(): void
}

/** One line that is rewritten on a terminal; elsewhere a line now and then, so that a log stays readable. */
export function createProgressLine(stream: WriteStream): ProgressLine {
  if (!stream.isTTY || process.env.CI) return createProgressLog(stream)
  const update = createLogUpdate(stream)
  return {
    show({ stage, scenarioId, done, total, leftMs }) {
      const filled = Math.round((done / total) * BAR_WIDTH)
      const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`
      update(`${bar} ${done}/${total} ${stage} ${scenarioId}${formatLeft(leftMs)}`)
    },
    clear: () => update.clear(),
  }
}

function createProgressLog(stream: WriteStream): ProgressLine {
  let nextTenth = 0
  let lastStage: Progress['stage'] | undefined
  return {
    show({ stage, scenarioId, done, total, leftMs }) {
      if (stage !== lastStage || done === 0) nextTenth = 0
      lastStage = stage
      if (done / total < nextTenth / 10) return
      nextTenth = Math.floor((done / total) * 10) + 1
      stream.write(`flamegate: ${stage} ${done}/${total}, now ${scenarioId}${formatLeft(leftMs)}\n`)
    },
    clear() {},
  }
}

function formatLeft(leftMs: number | null): string {
  return leftMs === null ? '' : `, ${formatDuration(leftMs)} left`
}
