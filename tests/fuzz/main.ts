// `npm run fuzz -- [count] [seed]`: the long form, in a thread that is watched.
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { fuzz } from './fuzz.ts'

const DEFAULT_COUNT = 1_000_000
/** Without a new input for so long, the present one hangs. Wall time: a busy machine is not so busy. */
const HANG_MS = 60_000
const BATCH = 1_000

interface Job {
  readonly count: number
  readonly first: number
  readonly progress: SharedArrayBuffer
}

async function work({ count, first, progress }: Job): Promise<void> {
  const seeds = new Int32Array(progress)
  let found = 0
  for (let done = 0; done < count; done += BATCH) {
    const faults = await fuzz(Math.min(BATCH, count - done), first + done, (seed) =>
      Atomics.store(seeds, 0, seed),
    )
    for (const { reader, seed, reason, input } of faults) {
      process.stdout.write(`seed ${seed}, ${reader}, ${input.length} bytes: ${reason}\n`)
      found++
    }
    Atomics.store(seeds, 1, found)
  }
}

function watch(count: number, first: number): void {
  const progress = new SharedArrayBuffer(8)
  const seeds = new Int32Array(progress)
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { count, first, progress } satisfies Job,
  })
  const tell = (done: number) => {
    const found = Atomics.load(seeds, 1)
    process.stdout.write(
      `${done.toLocaleString('en-US')} inputs from seed ${first}: ${found} without an answer\n`,
    )
    if (found > 0) process.exitCode = 1
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      tell(Math.max(0, Atomics.load(seeds, 0) - first))
      process.exit()
    })
  }
  let last = -1
  const timer = setInterval(() => {
    const now = Atomics.load(seeds, 0)
    if (now === last) {
      process.stdout.write(`seed ${now} hangs\n`)
      process.exitCode = 1
      clearInterval(timer)
      void worker.terminate()
    }
    last = now
  }, HANG_MS)
  worker.once('error', (error) => {
    process.stdout.write(`seed ${Atomics.load(seeds, 0)} ends the thread: ${error.message}\n`)
    process.exitCode = 1
  })
  worker.once('exit', () => {
    clearInterval(timer)
    const isWhole = process.exitCode === undefined
    tell(isWhole ? count : Math.max(0, Atomics.load(seeds, 0) - first))
  })
}

if (isMainThread) watch(Number(process.argv[2] ?? DEFAULT_COUNT), Number(process.argv[3] ?? 1))
else await work(workerData as Job)
