// A child process of ours: started, spoken to, timed out, ended with all that it started.
import type { ChildProcess } from 'node:child_process'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawnGroup } from '../../profile/process/group.ts'
import { killTree } from '../../profile/process/kill-tree.ts'
import { HOOK_FLAGS } from '../../profile/process/module-hooks.mjs'
import { markOfOwn } from '../../profile/process/strays.ts'
import type { ErrorCode } from '../errors.ts'
import type { SideRequest } from '../measure/side.ts'
import { bindProcess } from './cores/affinity.ts'
import { debugLog, shorten } from './debug.ts'
import { isOutputShown, passOn } from './output.ts'
import type { Answer, BeginRequest, EndRequest, Job, TurnRequest } from './protocol.ts'

const WORKER = fileURLToPath(new URL('./worker.mjs', import.meta.url))
/** Set by coverage tools and test runners for their own children; a measured process is none of them. */
const FOREIGN_ENVIRONMENT = ['NODE_V8_COVERAGE', 'NODE_TEST_CONTEXT', 'NODE_CHANNEL_FD']
const STDERR_TAIL = 2_000
/** What an ended process wrote last arrives within this; one that it started may hold its stderr open for ever. */
const LAST_WORDS_MS = 200

const logProcess = debugLog('process')
const logProtocol = debugLog('protocol')

let nodeArgs: readonly string[] = []

/** Flags of Node's for every child from now on: what the project needs to be loaded at all, a loader. */
export function useNodeArgs(args: readonly string[]): void {
  nodeArgs = args
}

/** How a child process came to its end without the answer that was asked for. */
export class ChildFailure extends Error {
  /** Where the failure is the user's to mend, as in FlamegateError. */
  readonly code: ErrorCode | undefined
  readonly hint: string | undefined

  constructor(reason: string, code?: ErrorCode, hint?: string) {
    super(reason)
    this.code = code
    this.hint = hint
  }
}

/** What is known of a child before its job. */
interface Head {
  /** What the job is about, for people. */
  readonly name: string
  /** Also what flags of Node's name is looked for there: `--import ./hook.mjs` is the version's own. */
  readonly workingFolder: string | undefined
}

type Success = Exclude<Answer, { kind: 'working' | 'failed' | 'ended' }>
type Ended = Extract<Answer, { kind: 'ended' }>

/**
 * One child process with one job. What it prints goes nowhere, or to our stderr where that was asked for; of its
 * stderr the tail is kept for messages. What it started itself ends with it.
 */
export class Child {
  readonly #process: ChildProcess
  readonly #gone: Promise<void>
  readonly #answer: Promise<Success>
  readonly #failure: Promise<never>
  readonly #ended: Promise<Ended>
  #stderr = ''
  /** Turns asked for so far. */
  #asked = 0
  #workedAt = 0

  private constructor({ name, workingFolder: cwd }: Head, job: Promise<Job>, execArgv: readonly string[]) {
    const env = { ...process.env, ...markOfOwn() }
    for (const name of FOREIGN_ENVIRONMENT) delete env[name]
    const args = ['--disable-warning=ExperimentalWarning', ...HOOK_FLAGS, ...nodeArgs, ...execArgv, WORKER]
    const child = spawnGroup(process.execPath, args, {
      env,
      ...(cwd !== undefined && { cwd }),
      stdio: ['ignore', isOutputShown() ? 'pipe' : 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    this.#process = child
    this.#watch(args, name)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL)
    })
    this.#gone = new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    })
    this.#failure = new Promise((_, reject) => {
      const fail = (reason: string) => reject(new ChildFailure(reason))
      child.on('message', (message: Answer) => {
        this.#workedAt = performance.now()
        if (message.kind === 'failed') reject(new ChildFailure(message.reason, message.code, message.hint))
      })
      child.once('error', (error) => fail(`cannot start ${process.execPath}: ${error.message}`))
      const isSilent = Promise.all([once(child, 'close'), once(child, 'disconnect')])
      child.once('exit', (code, signal) => {
        const patience = new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS).unref())
        Promise.race([isSilent, patience]).then(() => fail(describeExit(code, signal, this.#stderr)))
      })
    })
    const ended = new Promise<Ended>((resolve) => {
      child.on('message', (message: Answer) => {
        if (message.kind === 'ended') this.#gone.then(() => resolve(message))
      })
    })
    // A process that was asked to end and said so does not fail by ending.
    this.#ended = Promise.race([ended, this.#failure])
    this.#ended.catch(() => {})
    // Whoever asks for them handles them; a child that is ended on purpose fails with nobody asking.
    this.#failure.catch(() => {})
    const answer = job.then((known) => this.#exchange(known, ({ kind }) => kind !== 'turned'))
    this.#answer = Promise.race([answer, this.#failure])
    this.#answer.catch(() => {})
  }

  /** For those who look for a fault: what it prints, and what is said to it and by it. */
  #watch(args: readonly string[], name: string): void {
    const { stdout, stderr, pid } = this.#process
    if (isOutputShown()) for (const stream of [stdout, stderr]) if (stream) passOn(stream, name)
    logProcess?.(`${pid} started for ${name}: ${process.execPath} ${args.join(' ')}`)
    if (logProcess)
      this.#process.once('exit', (code, signal) => logProcess(`${pid} ended: ${signal ?? code}`))
    if (logProtocol) this.#process.on('message', (answer) => logProtocol(`${pid} → ${shorten(answer)}`))
  }

  #send(message: Job | TurnRequest | BeginRequest | EndRequest): void {
    logProtocol?.(`${this.#process.pid} ← ${shorten(message)}`)
    this.#process.send(message, () => {})
  }

  /** Sends a message; resolves with the first answer that is one to it. */
  #exchange(
    message: Job | TurnRequest | BeginRequest,
    isAnswer: (answer: Success) => boolean,
  ): Promise<Success> {
    const success = new Promise<Success>((resolve) => {
      const listen = (answer: Answer) => {
        if (answer.kind === 'working' || answer.kind === 'failed' || answer.kind === 'ended') return
        if (!isAnswer(answer)) return
        this.#process.off('message', listen)
        resolve(answer)
      }
      this.#process.on('message', listen)
    })
    this.#send(message)
    const answer = Promise.race([success, this.#failure])
    answer.catch(() => {})
    return answer
  }

  /** @param execArgv flags of Node's for this process */
  static start(job: Job, execArgv: readonly string[] = []): Child {
    return new Child(headOf(job), Promise.resolve(job), execArgv)
  }

  /** Starts a child before all of its job is known, which is told to it then. Its answer rejects as `job` does. */
  static startEarly(head: Head, job: Promise<Job>): Child {
    return new Child(head, job, [])
  }

  /**
   * The child's answer to its job.
   * @throws ChildFailure when it failed, ended, or did not answer in time; the signal's reason when that came first
   */
  answer(timeoutMs: number, signal: AbortSignal): Promise<Success> {
    return within(this.#answer, timeoutMs, signal, () => this.#workedAt)
  }

  /** Lets a child begin that was told to wait: its result. @throws as `answer` does */
  begin(timeoutMs: number, signal: AbortSignal): Promise<Success> {
    return within(
      this.#exchange({ kind: 'begin' }, () => true),
      timeoutMs,
      signal,
      () => this.#workedAt,
    )
  }

  /** When it last said anything, which it does while its ops are slow; on the clock of `performance.now()`. */
  get workedAt(): number {
    return this.#workedAt
  }

  /** The child's answer to one request after its job. @throws as `answer` does */
  async ask(side: number, request: SideRequest): Promise<unknown> {
    const id = this.#asked++
    const answer = await this.#exchange(
      { kind: 'turn', id, side, request },
      (candidate) => candidate.kind === 'turned' && candidate.id === id,
    )
    return answer.kind === 'turned' ? answer.value : undefined
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Binds the child to one core from now on. */
  async bind(core: number): Promise<void> {
    if (this.#process.pid !== undefined) await bindProcess(this.#process.pid, core)
  }

  /**
   * Has the child end by itself, so that a profiler in it writes what it has; resolves when it is gone.
   * @throws as `answer` does
   */
  finish(timeoutMs: number, signal: AbortSignal): Promise<Ended> {
    this.#send({ kind: 'end' })
    return within(this.#ended, timeoutMs, signal)
  }

  /** Never resolves. @throws ChildFailure when the child fails or ends, also after it has answered */
  failure(): Promise<never> {
    return this.#failure
  }

  /** Ends the child and all that it started; resolves when it is gone. */
  async end(): Promise<void> {
    if (this.#process.pid !== undefined) killTree(this.#process.pid)
    await this.#gone
    this.#process.stdout?.destroy()
    this.#process.stderr?.destroy()
    if (this.#process.connected) this.#process.disconnect()
  }
}
/**
 * @param workedAt when there was a last sign of life, from which the time counts anew
 * @throws ChildFailure when nothing came in time; the signal's reason when that came first; what `promise` rejects with
 */
export async function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal,
  workedAt: () => number = () => 0,
): Promise<T> {
  let stop = () => {}
  const cut = new Promise<never>((_, reject) => {
    const hangs = `no result within ${Math.round(timeoutMs / 1000)} s: it hangs, or needs more time than --timeout gives`
    const start = performance.now()
    const look = () => {
      const leftMs = timeoutMs - (performance.now() - Math.max(start, workedAt()))
      // Timers may be early by a fraction of a millisecond.
      if (leftMs < 1) reject(new ChildFailure(hangs))
      else timer = setTimeout(look, leftMs)
    }
    let timer = setTimeout(look, timeoutMs)
    const onAbort = () => reject(signal.reason)
    stop = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
  return Promise.race([promise, cut]).finally(stop)
}

/** Resolves with the first event of that name; an error before it is somebody else's to handle. */
function once(child: ChildProcess, event: 'close' | 'disconnect'): Promise<void> {
  return new Promise((resolve) => child.once(event, () => resolve()))
}

function headOf(job: Job): Head {
  if (job.kind === 'probe') {
    const [first] = job.scenarios
    return { name: `the code of ${basename(first?.suiteFile ?? '')}`, workingFolder: first?.workingFolder }
  }
  const name = job.kind === 'discover' ? basename(job.suiteFile) : job.scenarioId
  return { name, workingFolder: job.workingFolder }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`
  const lines = stderr.split('\n').map((line) => line.trim())
  const said = lines.find((line) => line.startsWith('FATAL ERROR')) ?? lines.findLast((line) => line !== '')
  return `the process ended ${how} before it had a result${said ? `; it last said: ${said.slice(0, 200)}` : ''}`
}
