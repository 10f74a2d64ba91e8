// Starting processes that end with everything that they started: when they end themselves, when this process ends, and when it is
// killed.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { killTree } from './kill-tree.ts'

/**
 * A shell that sleeps until this process is gone, however it went, and then kills the groups that it was told of. What runs in
 * a group need not do anything for that, nor be able to: an op that never leaves its loop is ended too, and nothing is added to
 * a process that is timed.
 */
const GUARD = `trap '' HUP INT TERM
groups=' '
while read -r sign id; do
  case $sign in
    +) groups="$groups$id " ;;
    -) groups="\${groups%% $id *} \${groups#* $id }" ;;
  esac
done
for id in $groups; do kill -KILL "-$id"; done`

const live = new Set<number>()
let guard: Writable | undefined

/**
 * Starts a process. On POSIX it leads a group of its own, which a Ctrl-C in the terminal does not reach; on Windows the
 * system ends it with this process.
 */
export function spawnGroup(
  command: string,
  args: readonly string[],
  options: Omit<SpawnOptions, 'detached' | 'windowsHide'>,
): ChildProcess {
  const isGroup = process.platform !== 'win32'
  const child = spawn(command, args, { ...options, detached: isGroup, windowsHide: true })
  if (isGroup && child.pid !== undefined) watch(child, child.pid)
  return child
}

function watch(child: ChildProcess, id: number): void {
  guard ??= startGuard()
  guard.write(`+ ${id}\n`)
  live.add(id)
  child.once('exit', () => {
    killTree(id)
    live.delete(id)
    guard?.write(`- ${id}\n`)
  })
}

function startGuard(): Writable {
  process.once('exit', () => {
    for (const id of live) killTree(id)
  })
  const shell = spawn('/bin/sh', ['-c', GUARD], {
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  // A system without a shell: measured processes still end when their channel does.
  shell.on('error', () => {})
  shell.stdin.on('error', () => {})
  shell.unref()
  ;(shell.stdin as Writable & { unref?(): void }).unref?.()
  return shell.stdin
}
