// Ends a process with everything that it started: on POSIX the group that it leads, on Windows its tree.
import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'

const LOOK_MS = 20
/** Of a group that is still there after so many, somebody cannot be killed. */
const MOST_LOOKS = 100

/** Kills at once, without waiting until they are gone. @param pid on POSIX, of a process that was started detached */
export function killTree(pid: number): void {
  if (process.platform === 'win32') taskkill(pid)
  else tryKill(-pid)
}

/** As {@link killTree}; resolves when nobody is left, and after two seconds at the latest. */
export async function endTree(pid: number): Promise<void> {
  if (process.platform === 'win32') return taskkill(pid)
  for (let look = 0; look < MOST_LOOKS && tryKill(-pid); look++) await pause(LOOK_MS)
}

/** Resolves when the command has ended; where it cannot be started, the process alone is killed. */
function taskkill(pid: number): Promise<void> {
  const kill = spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
  return new Promise((resolve) => {
    kill.once('close', () => resolve())
    kill.once('error', () => {
      tryKill(pid)
      resolve()
    })
  })
}

/** Whether there was anybody to kill. */
function tryKill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
