import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answer, Job } from './job.ts'

const WORKER = fileURLToPath(new URL('./worker.mjs', import.meta.url))
/** Set by coverage tools and test runners for their own children; a measured process is none of them. */
const FOREIGN_ENVIRONMENT = ['NODE_V8_COVERAGE', 'NODE_TEST_CONTEXT', 'NODE_CHANNEL_FD']
const STDERR_TAIL = 2_000

/** How a child process came to its end without the answer that was asked for. */
export class ChildFailure extends Error {}

/**
 * One child process with one job. What it prints to stdout goes nowhere; of stderr the tail is kept for messages. On
 * POSIX it leads a process group, so that what it started itself ends with it.
 */
export class Child {
  readonly #process: ChildProcess
  readonly #exited: Promise<void>
  #stderr = ''

  private constructor(job: Job) {
    const env = { ...process.env }
    for (const name of FOREIGN_ENVIRONMENT) delete env[name]
    this.#process = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WORKER], {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', () => resolve())
      this.#process.once('error', () => resolve())
    })
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL)
    })
    this.#process.send(job, () => {})
  }

  static start(job: Job): Child {
    return new Child(job)
  }

  /**
   * The child's answer.
   * @throws ChildFailure when it failed, ended, or did not answer in time; the signal's reason when that came first
   */
  answer(timeoutMs: number, signal: AbortSignal): Promise<Exclude<Answer, { kind: 'failed' }>> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        act()
      }
      const fail = (reason: string) => settle(() => reject(new ChildFailure(reason)))
      const onAbort = () => settle(() => reject(signal.reason))
      const timer = setTimeout(
        () => fail(`no result within ${Math.round(timeoutMs / 1000)} s: it hangs`),
        timeoutMs,
      )
      signal.addEventListener('abort', onAbort)
      this.#process.once('message', (message) => {
        const answer = message as Answer
        if (answer.kind === 'failed') fail(answer.reason)
        else settle(() => resolve(answer))
      })
      this.#process.once('error', (error) => fail(`cannot start ${process.execPath}: ${error.message}`))
      // 'close' rather than 'exit': by then all of stderr has been read.
      this.#process.once('close', (code, signalName) => fail(describeExit(code, signalName, this.#stderr)))
      if (signal.aborted) onAbort()
    })
  }

  /** Ends the child and all that it started; resolves when it is gone. */
  async end(): Promise<void> {
    const { pid } = this.#process
    if (pid !== undefined) killTree(pid, this.#process)
    await this.#exited
  }
}

function killTree(pid: number, child: ChildProcess): void {
  if (process.platform === 'win32') {
    if (child.exitCode === null)
      spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
    return
  }
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`
  const fatal = /FATAL ERROR: .*/.exec(stderr)?.[0]
  const lastLine = stderr
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim()
  const said = fatal ?? lastLine
  return `the process ended ${how} before it had a result${said ? `; it last said: ${said.slice(0, 200)}` : ''}`
}
