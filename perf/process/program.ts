// Running somebody else's program to its end.
import { spawnGroup } from '../../profile/process/group.ts'
import { killTree } from '../../profile/process/kill-tree.ts'
import { debugLog } from './debug.ts'

const SAID = 2_000

const logProcess = debugLog('process')

/** How a program is run. */
export interface ProgramOptions {
  readonly cwd?: string
  /** Beside what this process has. */
  readonly env?: NodeJS.ProcessEnv
  /** For batch files on Windows; never with arguments of a user's. */
  readonly shell?: boolean
  readonly signal: AbortSignal
  /** What a Node program sends to its parent. */
  onMessage?(message: unknown): void
}

/**
 * Runs a program to its end; what it prints on stdout goes nowhere. It is ended with all it started when the signal says so.
 * @throws Error with what it said last, when it ends in another way than by success; the signal's reason
 */
export function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env = {}, shell = false, signal, onMessage }: ProgramOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawnGroup(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe', ...(onMessage === undefined ? [] : (['ipc'] as const))],
      shell,
    })
    logProcess?.(`${child.pid} started: ${command} ${args.join(' ')}`)
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-SAID)
    })
    if (onMessage !== undefined) child.on('message', onMessage)
    const onAbort = () => child.pid !== undefined && killTree(child.pid)
    signal.addEventListener('abort', onAbort)
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    child.once('error', (error) => end(() => reject(error)))
    child.once('close', (code, name) =>
      end(() => {
        logProcess?.(`${child.pid} ended: ${name ?? code}`)
        if (signal.aborted) reject(signal.reason)
        else if (code === 0) resolve()
        else
          reject(
            new Error(`it ended ${name === null ? `with exit code ${code}` : `by ${name}`}: ${said.trim()}`),
          )
      }),
    )
  })
}
