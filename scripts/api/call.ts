// One command as a process of its own: what it measures must not share one with whoever asks for it.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('../flamegate.mjs', import.meta.url))

/** What every call takes. */
export interface CallOptions {
  /** The project's folder. Default: the working folder. */
  readonly cwd?: string | undefined
  /** Ends the command, which then writes what it has. */
  readonly signal?: AbortSignal | undefined
  /** What the command says while it goes on, line by line. */
  readonly onProgress?: ((line: string) => void) | undefined
}

/** What came of a command. */
export interface CallResult<Result> {
  /** 0 no regression, 1 regression (where it is strict), 2 nothing proven, 130 interrupted. */
  readonly exitCode: number
  readonly result: Result
}

/** A command that has no result: wrong use, nothing that can be measured, or a fault. */
export class CommandError extends Error {
  readonly exitCode: number
  /** What to do about it. */
  readonly hint: string | undefined

  constructor(message: string, exitCode: number, hint: string | undefined) {
    super(message)
    this.name = 'CommandError'
    this.exitCode = exitCode
    this.hint = hint
  }
}

/** A flag's value: true alone, `false` for one that takes something away. */
type FlagValue = string | number | boolean | readonly (string | number)[] | undefined

/** As a command line has them: `{ forks: 3, profile: false, get: ['/a', '/b'] }`. */
export function toArguments(flags: Readonly<Record<string, FlagValue>>): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    if (value === undefined) return []
    if (value === true) return [flag]
    if (value === false) return NEGATED.has(name) ? [flag.replace('--', '--no-')] : []
    const values = Array.isArray(value) ? value : [value]
    return values.flatMap((one) => [flag, String(one)])
  })
}

/** Flags that are on by default. */
const NEGATED: ReadonlySet<string> = new Set(['profile', 'open'])

/**
 * Runs a command that prints JSON.
 * @throws CommandError where it has no result; the signal's reason
 */
export async function call<Result>(
  args: readonly string[],
  { cwd, signal, onProgress }: CallOptions,
  env: Readonly<Record<string, string>> = {},
): Promise<CallResult<Result>> {
  signal?.throwIfAborted()
  const { code, stdout, stderr } = await start(args, { cwd, signal, onProgress }, env)
  const result = parse<Result>(stdout)
  if (result !== undefined) return { exitCode: code, result }
  signal?.throwIfAborted()
  const [, message] = /^error: (.*)$/m.exec(stderr) ?? []
  const [, hint] = /^hint: (.*)$/m.exec(stderr) ?? []
  const last = stderr.trimEnd().split('\n').at(-1)
  throw new CommandError(message ?? (last || `it ended with exit code ${code}`), code, hint)
}

function parse<Result>(text: string): Result | undefined {
  try {
    return JSON.parse(text) as Result
  } catch {
    return undefined
  }
}

function start(
  args: readonly string[],
  { cwd, signal, onProgress }: CallOptions,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ENTRY, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const texts = { stdout: '', stderr: '' }
    let line = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.stderr += text
      const lines = (line + text).split('\n')
      line = lines.pop()!
      for (const one of lines) onProgress?.(one)
    })
    const stop = () => child.kill('SIGINT')
    signal?.addEventListener('abort', stop)
    child.once('error', reject)
    child.once('close', (code) => {
      signal?.removeEventListener('abort', stop)
      resolve({ code: code ?? 1, ...texts })
    })
  })
}
