// Telling one process from another that was given the same id later.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/** One process of all times: its id, when it started, and where ids mean the same processes. Letters and digits only. */
export interface Life {
  readonly pid: number
  /** On Linux the boot and the ticks since, which is exact; elsewhere seconds since 1970, base 36. */
  readonly start: string
  /** The machine and, on Linux, the namespace of process ids: a container has its own. */
  readonly place: string
}

const isLinux = process.platform === 'linux'
/** Where times are in seconds: from a process's start to the first reading of its clock, on a busy machine. */
const TOLERANCE_S = 15

/** This process. */
export function ownLife(): Life {
  const start = isLinux ? linuxStart(process.pid) : undefined
  const seconds = Math.round(performance.timeOrigin / 1000).toString(36)
  return { pid: process.pid, start: start ?? seconds, place: ownPlace() }
}

/** Whether that process has surely ended. False where that cannot be known: it is of another machine or container. */
export async function isOver({ pid, start, place }: Life): Promise<boolean> {
  if (place !== ownPlace()) return false
  if (!isRunning(pid)) return true
  if (isLinux) {
    const now = linuxStart(pid)
    return now !== undefined && now !== start
  }
  const now = await startedAt(pid).catch(() => undefined)
  return now !== undefined && Math.abs(now - Number.parseInt(start, 36)) > TOLERANCE_S
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

let place: string | undefined

function ownPlace(): string {
  place ??= createHash('sha256')
    .update(`${hostname()} ${isLinux ? readOr('', () => readlinkSync('/proc/self/ns/pid')) : ''}`)
    .digest('hex')
    .slice(0, 8)
  return place
}

/** Source: proc_pid_stat(5), field 22; the name before it may hold blanks and brackets. */
function linuxStart(pid: number): string | undefined {
  return readOr(undefined, () => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')
    return `${boot.slice(0, 8)}${Number(ticks).toString(36)}`
  })
}

function readOr<T>(fallback: T, read: () => T): T {
  try {
    return read()
  } catch {
    return fallback
  }
}

/** Seconds since 1970. @throws Error where the system does not tell */
async function startedAt(pid: number): Promise<number> {
  const run = promisify(execFile)
  if (process.platform === 'win32') {
    const ask = `([DateTimeOffset](Get-Process -Id ${pid}).StartTime).ToUnixTimeSeconds()`
    return Number((await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', ask])).stdout)
  }
  const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' }
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env })
  const seconds = Date.parse(`${stdout.trim()} UTC`) / 1000
  if (Number.isNaN(seconds)) throw new Error(`ps does not tell when ${pid} started`)
  return seconds
}
