// Binding processes to cores.
import { execFile, spawnSync } from 'node:child_process'

let known: readonly number[] | undefined

/**
 * The cores that processes can be bound to: those this process may run on, where the system has `taskset` (Linux). Empty
 * elsewhere: macOS has no such thing.
 */
export function bindableCores(): readonly number[] {
  known ??= process.platform === 'linux' ? readCores() : []
  return known
}

/** Binds a running process with all its threads to one core; where that fails, it runs on as it was. */
export function bindProcess(pid: number, core: number): Promise<void> {
  return new Promise((resolve) => {
    execFile('taskset', ['-apc', String(core), String(pid)], () => resolve())
  })
}

/** From `pid 1's current affinity list: 0-3,6`. */
function readCores(): number[] {
  const { stdout, status } = spawnSync('taskset', ['-pc', String(process.pid)], { encoding: 'utf8' })
  const list = status === 0 ? /: ([\d,-]+)\s*$/.exec(stdout)?.[1] : undefined
  return list === undefined ? [] : parseCoreList(list)
}

/** Core numbers from the form that Linux writes them in: `0-3,6`. */
export function parseCoreList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first, last] = part.split('-').map(Number)
    return Array.from({ length: (last ?? first!) - first! + 1 }, (_, i) => first! + i)
  })
}
