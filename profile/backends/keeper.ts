// Running a foreign tool within limits of time and disk.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sumOf } from '../model/sum.ts'
import { spawnGroup } from '../process/group.ts'
import { endTree } from '../process/kill-tree.ts'

/** What a foreign tool may use before it is ended. */
export interface ResourceLimits {
  readonly timeMs: number
  /** In its working folder. */
  readonly diskBytes: number
}

/** How a foreign tool came to its end. */
export type ToolEnd =
  | { readonly kind: 'exited'; readonly code: number | null; readonly said: string }
  | { readonly kind: 'stopped'; readonly reason: string; readonly said: string }

const SAID_BYTES = 4_000
const LOOK_MS = 250

/**
 * Runs a tool that is not to be trusted with time, disk or processes: in a folder and a process group of its own, with no
 * terminal to ask questions on. When it goes beyond a limit, or the signal says so, everything it started is ended.
 */
export async function runKept(
  args: readonly string[],
  {
    folder,
    env,
    limits,
    signal,
  }: {
    readonly folder: string
    readonly env: Readonly<Record<string, string>>
    readonly limits: ResourceLimits
    readonly signal: AbortSignal
  },
): Promise<ToolEnd> {
  const child = spawnGroup(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-SAID_BYTES)
    })
  }
  const exited = new Promise<ToolEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'stopped', reason: error.message, said }))
    child.once('exit', (code) => resolve({ kind: 'exited', code, said }))
  })
  const watch = new AbortController()
  const stopped = watchLimits(folder, limits, AbortSignal.any([signal, watch.signal])).then(
    (reason): ToolEnd => ({ kind: 'stopped', reason, said }),
  )
  try {
    return await Promise.race([exited, stopped])
  } finally {
    watch.abort()
    if (child.pid !== undefined) await endTree(child.pid)
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
}

/** Resolves with what was exceeded. */
async function watchLimits(
  folder: string,
  { timeMs, diskBytes }: ResourceLimits,
  signal: AbortSignal,
): Promise<string> {
  const start = performance.now()
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    if (signal.aborted) return 'it was interrupted'
    if (performance.now() - start > timeMs) return `it did not end within ${Math.round(timeMs / 1000)} s`
    const bytes = await folderBytes(folder)
    if (bytes > diskBytes) return `it wrote more than ${Math.round(diskBytes / 1024 ** 2)} MB`
  }
}

/** Bytes in a folder and below; what disappears meanwhile counts nothing. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath ?? entry.path, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    )
  return sumOf(await Promise.all(sizes))
}
