// Recording the threads of a running process over its inspector.
import { DebugChannel } from './debug-channel.ts'
import { openRecording, type Recording } from './recordings.ts'
import { beginRecording, finishRecording, type RecordedParts, type Step } from './steps.cjs'

/** What a thread of a running process did. */
export interface ThreadRecording extends Recording {
  /** 0 for the main thread. */
  readonly threadId: number
}

/** A process that runs worker threads tells of them at once. */
const WORKERS_MS = 100

/**
 * Records a process's main thread and its worker threads until `until` resolves.
 * @throws Error where the process ends before
 */
export async function recordProcess(
  main: DebugChannel,
  intervalUs: number,
  until: () => Promise<void>,
): Promise<ThreadRecording[]> {
  const channels = [main, ...(await findWorkers(main))]
  for (const channel of channels) await take(channel, beginRecording(intervalUs))
  await until()
  const recordings: ThreadRecording[] = []
  for (const [threadId, channel] of channels.entries()) {
    const parts = await finish(channel)
    const recording = await openRecording(Buffer.from(JSON.stringify(parts.profile)), parts)
    if (recording !== undefined) recordings.push({ ...recording, threadId })
  }
  await main.post('NodeWorker.disable').catch(() => {})
  return recordings
}

function finish(channel: DebugChannel): Promise<RecordedParts> {
  const parsed = new Map<string, object>()
  channel.on('Debugger.scriptParsed', (script) => parsed.set(String(script.scriptId), script))
  return take(channel, finishRecording(parsed))
}

async function take<T>(channel: DebugChannel, steps: Generator<Step, T, unknown>): Promise<T> {
  let step = steps.next()
  while (!step.done) step = steps.next(await channel.post(...step.value))
  return step.value
}

/** Channels to the worker threads of a process, through its main thread. */
async function findWorkers(main: DebugChannel): Promise<DebugChannel[]> {
  const workers = new Map<string, DebugChannel>()
  main.on('NodeWorker.attachedToWorker', ({ sessionId }) => {
    const send = (message: string) => {
      main.post('NodeWorker.sendMessageToWorker', { sessionId, message }).catch(() => {})
    }
    workers.set(String(sessionId), new DebugChannel(send))
  })
  main.on('NodeWorker.receivedMessageFromWorker', ({ sessionId, message }) => {
    workers.get(String(sessionId))?.receive(String(message))
  })
  main.on('NodeWorker.detachedFromWorker', ({ sessionId }) => {
    workers.get(String(sessionId))?.close(new Error('the thread has ended'))
  })
  await main.post('NodeWorker.enable', { waitForDebuggerOnStart: false }).catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, WORKERS_MS))
  return [...workers.values()]
}
