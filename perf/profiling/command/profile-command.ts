// Any command that ends up in Node, profiled: while it is loaded, or until it ends or is interrupted.
import {
  type ListeningServer,
  type RecordedThread,
  Recorders,
} from '../../../profile/capture/program/recorders.ts'
import { type LeftRecording, readRecordings } from '../../../profile/capture/program/recordings.ts'
import { FlamegateError } from '../../errors.ts'
import type { Endpoint } from '../../measure/http/connection.ts'
import { withOwnFolder } from '../../process/own-folder.ts'
import { GetLoad, type LoadResult } from './load.ts'
import { type CommandEnd, RunningCommand } from './running-command.ts'

/** What is to be profiled, and how. */
export interface CommandRequest {
  /** The program and its arguments. */
  readonly words: readonly string[]
  readonly cwd: string
  /** GET requests to these paths in turns; none for no requests of ours. */
  readonly paths: readonly string[]
  /** A command line for a shell, in which `$PORT` is the server's port. */
  readonly loadCommand: string | undefined
  /** Undefined where it is to be found out. */
  readonly port: number | undefined
  /** How long it is recorded. Undefined: as long as the load takes, or the command runs. */
  readonly recordMs: number | undefined
  onOutput(chunk: Buffer): void
  /** Takes a line about what is happening. */
  tell(line: string): void
}

/** What came of it. */
export interface CommandProfile {
  readonly recordings: readonly LeftRecording[]
  readonly threads: readonly RecordedThread[]
  readonly servers: readonly ListeningServer[]
  /** Threads that were recorded, and whose recording is not there. */
  readonly lost: readonly RecordedThread[]
  readonly load: LoadResult | undefined
  /** What the load command was at fault in. */
  readonly loadProblem: string | undefined
  /** Set where the command ended by itself. */
  readonly end: CommandEnd | undefined
}

/** Fine enough for some seconds; what may go on for hours has a coarser one. */
const INTERVAL_US = { ofLoad: 250, openEnded: 1_000 } as const
const DEFAULT_LOAD_MS = 5_000
const WARM_UP_MS = 1_000
const LISTEN_MS = 30_000
const LOOK_MS = 100
const HELLO_MS = 2_000
const BEGIN_MS = 5_000
const FINISH_MS = 5_000
const FINISH = `globalThis[Symbol.for('flamegate.recorder')].finish()`

/**
 * Starts a command, records what its Node processes do, and ends it with all that it started.
 * @throws FlamegateError 'bad-command' or 'bad-server' where there is nothing to record; the signal's reason before there is
 */
export function profileCommand(request: CommandRequest, signal: AbortSignal): Promise<CommandProfile> {
  return withOwnFolder(async (folder) => {
    signal.throwIfAborted()
    const isLoaded = request.paths.length > 0 || request.loadCommand !== undefined
    const isBounded = isLoaded || request.recordMs !== undefined
    const recorders = await Recorders.open({
      folder,
      recordsFromStart: !isLoaded,
      intervalUs: isBounded ? INTERVAL_US.ofLoad : INTERVAL_US.openEnded,
    })
    const env = { ...process.env, ...recorders.environment(process.env) }
    const command = RunningCommand.start(request.words, { ...request, env })
    const run = new CommandRun(request, recorders, command, signal)
    try {
      const outcome = isLoaded ? await run.underLoad() : await run.asItIs()
      await recorders.hearLastWords()
      await recorders.hearLastWords()
      const recordings = await readRecordings(folder)
      const lost = recorders.threads.filter((thread) => !recordings.some((one) => isOf(one, thread)))
      const { threads, servers } = recorders
      return { ...outcome, recordings, threads, servers, lost }
    } finally {
      await command.end()
      recorders.close()
    }
  })
}

function isOf({ pid, threadId }: LeftRecording, thread: RecordedThread): boolean {
  return pid === thread.pid && threadId === thread.threadId
}

type Outcome = Pick<CommandProfile, 'load' | 'loadProblem' | 'end'>

/** One command from its start to the end of its recording. */
class CommandRun {
  readonly #request: CommandRequest
  readonly #recorders: Recorders
  readonly #command: RunningCommand
  readonly #signal: AbortSignal
  #end: CommandEnd | undefined

  constructor(request: CommandRequest, recorders: Recorders, command: RunningCommand, signal: AbortSignal) {
    this.#request = request
    this.#recorders = recorders
    this.#command = command
    this.#signal = signal
    command.ended.then(
      (end) => {
        this.#end = end
      },
      () => {},
    )
  }

  /** From its start on. */
  async asItIs(): Promise<Outcome> {
    await Promise.race([this.#command.ended, this.#until(this.#request.recordMs)])
    await this.#someThread()
    const end = this.#end
    if (end === undefined) await this.#finish()
    await this.#recorders.hearLastWords()
    if (this.#recorders.threads.length === 0) this.#signal.throwIfAborted()
    if (this.#recorders.threads.length === 0) throw this.#noNode()
    return { load: undefined, loadProblem: undefined, end }
  }

  /** Once it listens. */
  async underLoad(): Promise<Outcome> {
    const { paths, loadCommand, tell } = this.#request
    const server = await this.#findServer()
    tell(`it listens on port ${server.port}`)
    if (loadCommand !== undefined) return this.#underCommand(loadCommand, server)
    const warmUp = await GetLoad.open(server, paths)
    const { recordMs = DEFAULT_LOAD_MS } = this.#request
    tell(`it is profiled for ${recordMs / 1000} s while it is loaded; Ctrl-C ends that`)
    this.#command.hush()
    await warmUp.run(WARM_UP_MS, this.#signal).finally(() => warmUp.close())
    await this.#assertRunning('while it was warmed up')
    // New connections: the first ones to a cluster went to the worker that listened first.
    return this.#underRequests(await GetLoad.open(server, paths), recordMs)
  }

  async #underRequests(requests: GetLoad, recordMs: number): Promise<Outcome> {
    try {
      await this.#recorders.begin(BEGIN_MS)
      const load = await requests.run(recordMs, this.#signal)
      await this.#finish()
      return { load, loadProblem: undefined, end: this.#end }
    } finally {
      requests.close()
    }
  }

  async #underCommand(line: string, { port }: Endpoint): Promise<Outcome> {
    const { recordMs, tell } = this.#request
    const shown = line.replaceAll(/\$(?:PORT\b|\{PORT\})/g, String(port))
    tell(`it is profiled while ${shown} runs; Ctrl-C ends that`)
    this.#command.hush()
    await this.#recorders.begin(BEGIN_MS)
    const env = { ...process.env, PORT: String(port) }
    const load = RunningCommand.startInShell(shown, { ...this.#request, env })
    try {
      const ends = [load.ended, this.#command.ended.then(() => undefined), this.#until(recordMs)]
      const end = await Promise.race(ends)
      await this.#finish()
      const isFaulty = end !== undefined && end.code !== 0
      return {
        load: undefined,
        loadProblem: isFaulty ? `${shown} ${describeEnd(end)}` : undefined,
        end: this.#end,
      }
    } finally {
      await load.end()
    }
  }

  /** Has everybody leave a recording. A thread that does not leave its loop hears nothing, but its debugger reaches it. */
  async #finish(): Promise<void> {
    const silent = await this.#recorders.finish(FINISH_MS)
    if (silent.length === 0) return
    const { InspectedProcess } = await import('../../../profile/capture/program/inspected-process.ts')
    const { evaluate } = await import('../../../profile/capture/program/debug-channel.ts')
    for (const { pid } of silent.filter(({ threadId }) => threadId === 0)) {
      const target = await InspectedProcess.byId(pid).catch(() => undefined)
      if (target === undefined) continue
      await evaluate(target.channel, FINISH).catch(() => {})
      await target.close()
    }
  }

  /** Resolves when a thread is known, or there will be none: what it says first may still be under way. */
  async #someThread(): Promise<void> {
    const end = performance.now() + HELLO_MS
    const isKnown = () => this.#recorders.threads.length > 0
    while (!isKnown() && this.#end === undefined && performance.now() < end) await this.#news()
  }

  /** Resolves after so long, and when we are interrupted. */
  #until(ms: number | undefined): Promise<undefined> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => resolve(undefined), ms)
      const stop = () => {
        clearTimeout(timer)
        resolve(undefined)
      }
      if (this.#signal.aborted) stop()
      else this.#signal.addEventListener('abort', stop, { once: true })
    })
  }

  /** Where the command's server is, once it listens. */
  async #findServer(): Promise<Endpoint> {
    const end = performance.now() + LISTEN_MS
    while (performance.now() < end) {
      this.#signal.throwIfAborted()
      const found = this.#serverSoFar()
      if (found !== undefined) return found
      await Promise.race([this.#command.ended, this.#news()])
      await this.#assertRunning('before it listened')
    }
    throw this.#neverListened()
  }

  #serverSoFar(): Endpoint | undefined {
    const { port: wanted } = this.#request
    const server = this.#recorders.servers.find(({ port }) => wanted === undefined || port === wanted)
    if (server === undefined) return undefined
    const { port, host, isSecure } = server
    return { port, host: reachable(host), isSecure }
  }

  /** Resolves with the next that is heard of the command, and now and then. */
  #news(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS)
      this.#recorders.onNews = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** @throws FlamegateError 'bad-command' where it has ended */
  async #assertRunning(when: string): Promise<void> {
    if (this.#end === undefined) return
    await this.#recorders.hearLastWords()
    const [refused] = this.#recorders.refused
    if (refused !== undefined) throw refusedPort(refused.code, refused.port)
    if (this.#recorders.threads.length === 0) throw this.#noNode()
    throw new FlamegateError('bad-command', `${this.#name} ${describeEnd(this.#end)} ${when}`, {
      hint: 'what it printed stands above; without --get and --load, it is profiled until it ends',
    })
  }

  #neverListened(): FlamegateError {
    if (this.#recorders.threads.length === 0) return this.#noNode()
    const { port: wanted } = this.#request
    const others = [...new Set(this.#recorders.servers.map(({ port }) => port))]
    const what = wanted === undefined ? '' : ` on port ${wanted}, but on ${others.join(', ') || 'none'}`
    return new FlamegateError(
      'bad-server',
      `${this.#name} did not listen within ${LISTEN_MS / 1000} s${what}`,
      { hint: 'is it a server? without --get and --load, it is profiled until Ctrl-C' },
    )
  }

  #noNode(): FlamegateError {
    return new FlamegateError('bad-command', `no process of ${this.#name} was one of Node's`, {
      hint: 'a command can be profiled when it runs Node (16 or later) and hands NODE_OPTIONS on',
    })
  }

  get #name(): string {
    return `'${this.#request.words.join(' ')}'`
  }
}

/** `ended with exit code 1`. */
export function describeEnd({ code, signal }: CommandEnd): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
}

function refusedPort(code: string, port: number): FlamegateError {
  const isTaken = code === 'EADDRINUSE'
  return new FlamegateError(
    'bad-server',
    isTaken ? `port ${port} is in use by another process` : `it cannot listen on port ${port}: ${code}`,
    {
      hint: isTaken
        ? 'end the other one, or give this one another port: PORT=3001, say'
        : 'ports below 1024 need special rights',
    },
  )
}

/** An address to connect to, of one to listen on. */
function reachable(host: string): string {
  return host === '' || host === '::' || host === '0.0.0.0' || host.startsWith('::ffff:') ? '127.0.0.1' : host
}
