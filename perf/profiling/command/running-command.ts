// A command of the user's while it runs: started, listened to, ended with all that it started.
import { spawnGroup } from '../../../profile/process/group.ts'
import { endTree } from '../../../profile/process/kill-tree.ts'
import { FlamegateError } from '../../errors.ts'

/** How a command came to its end by itself. */
export interface CommandEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface CommandOptions {
  readonly cwd: string
  /** All that it gets. */
  readonly env: NodeJS.ProcessEnv
  /** Takes what it prints on either stream, until {@link RunningCommand.hush}. */
  onOutput(chunk: Buffer): void
}

/** A server that is asked to end closes its connections first. */
const GRACE_MS = 2_000
/** Files with these endings are no programs. */
const SCRIPT = /\.[cm]?[jt]sx?$/

/** A command in a process group of its own, which a Ctrl-C in the terminal does not reach. */
export class RunningCommand {
  readonly #process: ReturnType<typeof spawnGroup>
  #isHushed = false
  /** Resolves when its first process has ended. @throws FlamegateError 'bad-command' where it cannot be started */
  readonly ended: Promise<CommandEnd>

  private constructor(
    program: string,
    args: readonly string[],
    { onOutput, cwd, env }: CommandOptions,
    shell: boolean,
  ) {
    const child = spawnGroup(program, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        if (!this.#isHushed) onOutput(chunk)
      })
    }
    this.ended = new Promise((resolve, reject) => {
      child.once('error', (error) => reject(cannotStart(program, error)))
      child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    this.ended.catch(() => {})
  }

  /** @param words the program and its arguments; no shell reads them */
  static start([program = '', ...args]: readonly string[], options: CommandOptions): RunningCommand {
    return new RunningCommand(program, args, options, false)
  }

  /** @param line what the user wrote for a shell */
  static startInShell(line: string, options: CommandOptions): RunningCommand {
    return new RunningCommand(line, [], options, true)
  }

  /** Lets what it prints go nowhere from now on. */
  hush(): void {
    this.#isHushed = true
  }

  /** Asks it to end as Ctrl-C does, and ends whatever is left after a while; resolves when nobody is. */
  async end(): Promise<void> {
    const { pid } = this.#process
    if (pid !== undefined) {
      if (process.platform !== 'win32' && interrupt(pid)) await Promise.race([this.ended, pause(GRACE_MS)])
      await endTree(pid)
    }
    this.#process.stdout?.destroy()
    this.#process.stderr?.destroy()
  }
}

/** Whether there was anybody to interrupt. */
function interrupt(pid: number): boolean {
  try {
    return process.kill(-pid, 'SIGINT')
  } catch {
    return false
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function cannotStart(program: string, error: NodeJS.ErrnoException): FlamegateError {
  const isMissing = error.code === 'ENOENT'
  const why = isMissing ? 'there is no such command' : error.message
  const hint = SCRIPT.test(program)
    ? `to run a file: flamegate exec -- node ${program}`
    : isMissing
      ? 'is it installed? what a package brings is run by npx: flamegate exec -- npx tsx src/main.ts'
      : undefined
  return new FlamegateError('bad-command', `cannot start '${program}': ${why}`, {
    ...(hint !== undefined && { hint }),
    cause: error,
  })
}
