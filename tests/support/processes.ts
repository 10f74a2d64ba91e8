// Which processes are running.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'

/** Ids of the running processes whose command line or environment names `text`; empty where there is no /proc. */
export function processesNaming(text: string): number[] {
  const ids = listProcesses().filter((id) => id !== process.pid)
  return ids.filter((id) => readProcess(id).includes(text))
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

function readProcess(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8') + readFileSync(`/proc/${id}/environ`, 'utf8')
  } catch {
    return ''
  }
}

/** Marks the processes of one run by an environment variable, which their children inherit. */
export function markOf(name: string): { readonly FLAMEGATE_TEST_MARK: string } {
  return { FLAMEGATE_TEST_MARK: `mark-${name}-${process.pid}` }
}

/** Ids of the running processes with that mark. */
export function findMarked(name: string): number[] {
  return processesNaming(markOf(name).FLAMEGATE_TEST_MARK)
}

export function assertNoneLeft(name: string): void {
  assert.deepEqual(findMarked(name), [], 'processes left behind')
}
