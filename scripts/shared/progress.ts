// Where a run is, on stderr: one line that is rewritten on a terminal, a line now and then in a log.
import { clearLine, cursorTo } from 'node:readline'
import type { WriteStream } from 'node:tty'
import type { Progress } from '../../perf/run/request.ts'
import { formatDuration } from '../../profile/model/format.ts'

const BAR_WIDTH = 20
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
/** Where a terminal does not say. */
const USUAL_COLUMNS = 80

/** Shows where a run is, until it is cleared. */
export interface ProgressLine {
  show(progress: Progress): void
  clear(): void
}

/** One line that is rewritten on a terminal; elsewhere a line now and then, so that a log stays readable. */
export function createProgressLine(stream: WriteStream): ProgressLine {
  return !stream.isTTY || process.env.CI ? createProgressLog(stream) : createRewrittenLine(stream)
}

function createRewrittenLine(stream: WriteStream): ProgressLine {
  // However this process ends, the terminal has its cursor back.
  const showCursor = () => stream.write(SHOW_CURSOR)
  let isShown = false
  const erase = () => {
    cursorTo(stream, 0)
    clearLine(stream, 0)
  }
  return {
    show(progress) {
      if (isShown) erase()
      else {
        stream.write(HIDE_CURSOR)
        process.once('exit', showCursor)
      }
      isShown = true
      // A line that wraps could not be rewritten.
      stream.write(describe(progress).slice(0, (stream.columns || USUAL_COLUMNS) - 1))
    },
    clear() {
      if (!isShown) return
      isShown = false
      erase()
      showCursor()
      process.off('exit', showCursor)
    },
  }
}

function describe({ stage, scenarioId, done, total, leftMs }: Progress): string {
  const filled = Math.round((done / total) * BAR_WIDTH)
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`
  return `${bar} ${done}/${total} ${stage} ${scenarioId}${formatLeft(leftMs)}`
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
  return leftMs === null ? '' : `, ${formatDuration(leftMs)} left of this step`
}
