// Which processes are running.
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
