// What measured processes started in groups of their own and did not end: told by a variable that all of them inherit. Linux
// alone tells the variables of a process; on Windows the tree of a process is ended as a whole.
import { readdirSync, readFileSync } from 'node:fs'
import { isOver, type Life, ownLife } from './life.ts'

const VARIABLE = 'FLAMEGATE_STARTED_BY'
const MARK = new RegExp(`(?:^|\0)${VARIABLE}=(\\d+)-([0-9a-z]+)-([0-9a-z]+)(?:\0|$)`)

/** What the environment of a process has whose descendants shall not outlive this one. */
export function markOfOwn(): Readonly<Record<string, string>> {
  endOwnAtExit()
  const { pid, start, place } = ownLife()
  return { [VARIABLE]: `${pid}-${start}-${place}` }
}

let isEnding = false

function endOwnAtExit(): void {
  if (isEnding) return
  isEnding = true
  process.once('exit', () => {
    const own = ownLife()
    const isOwn = ({ by }: Marked) => by.pid === own.pid && by.start === own.start
    // One that was found may have started another since.
    for (let look = 0; look < MOST_LOOKS; look++) {
      const found = findMarked().filter(isOwn)
      if (found.length === 0) return
      for (const { pid } of found) kill(pid)
      // Nothing but this waits while a process exits.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS)
    }
  })
}

const LOOK_MS = 5
/** Of processes that are still there after so many, somebody cannot be killed. */
const MOST_LOOKS = 100

/** Ends what killed runs of this user left running; how many there were. */
export async function endLeftStrays(): Promise<number> {
  let count = 0
  for (const { pid, by } of findMarked()) if ((await isOver(by)) && kill(pid)) count++
  return count
}

interface Marked {
  readonly pid: number
  readonly by: Life
}

/** Running processes with a mark, but for this one. */
function findMarked(): Marked[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    const mark = Number.isInteger(pid) && pid !== process.pid ? MARK.exec(environmentOf(pid)) : null
    if (mark === null) return []
    return [{ pid, by: { pid: Number(mark[1]), start: mark[2]!, place: mark[3]! } }]
  })
}

/** Empty for a process that is gone, or somebody else's. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
