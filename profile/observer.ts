import { Session } from 'node:inspector/promises'
import type { HeapSample } from './heap.ts'
import { type ShiftedFile, startLineShift } from './line-shift/index.ts'
import type { ScriptCoverage } from './source-functions.ts'

/** What is watched in a process that is never timed: lines for the CPU profiler, or exact counts and allocations. */
export type ObserverKind = 'lines' | 'counts'
export type ObserverCommand = 'start-counts' | 'stop-counts' | 'start-heap' | 'stop-heap'

/** What an observed process hands over when it ends. */
export interface Observations {
  readonly shiftedFiles: readonly ShiftedFile[]
  /** Between start and stop of counting; files only. */
  readonly coverage: readonly ScriptCoverage[]
  /** Between start and stop of heap sampling. */
  readonly heap: HeapSample | null
}

/** Bytes between two samples of the heap profiler, on average: fine enough for ops of some kB, cheap enough to run. */
const HEAP_INTERVAL_BYTES = 2048

/** Watches this process from inside, from before the measured code is loaded. */
export class Observer {
  readonly #shiftedFiles: (() => ShiftedFile[]) | undefined
  readonly #session = new Session()
  readonly #kind: ObserverKind
  #coverage: readonly ScriptCoverage[] = []
  #heap: HeapSample | null = null

  private constructor(kind: ObserverKind) {
    this.#kind = kind
    this.#shiftedFiles = kind === 'lines' ? startLineShift() : undefined
  }

  static async start(kind: ObserverKind): Promise<Observer> {
    const observer = new Observer(kind)
    if (kind === 'counts') {
      observer.#session.connect()
      await observer.#session.post('Profiler.enable')
      // Before any of the code is compiled: only then are its counters part of it. Later, calls of optimised code are lost.
      await observer.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    }
    return observer
  }

  /** Does nothing in a process that is watched for another reason. */
  async run(command: ObserverCommand): Promise<void> {
    if (this.#kind !== 'counts') return
    switch (command) {
      case 'start-counts':
        // Counting begins at zero after every answer.
        await this.#session.post('Profiler.takePreciseCoverage')
        return
      case 'stop-counts': {
        const { result } = await this.#session.post('Profiler.takePreciseCoverage')
        await this.#session.post('Profiler.stopPreciseCoverage')
        this.#coverage = result
          .filter(({ url }) => url.startsWith('file:'))
          .map(({ url, functions }) => ({ url, functions }))
        return
      }
      case 'start-heap':
        await this.#session.post('HeapProfiler.startSampling', {
          samplingInterval: HEAP_INTERVAL_BYTES,
          includeObjectsCollectedByMajorGC: true,
          includeObjectsCollectedByMinorGC: true,
        })
        return
      case 'stop-heap': {
        const { profile } = await this.#session.post('HeapProfiler.stopSampling')
        this.#heap = profile.head
        return
      }
      default:
        command satisfies never
    }
  }

  observations(): Observations {
    return { shiftedFiles: this.#shiftedFiles?.() ?? [], coverage: this.#coverage, heap: this.#heap }
  }
}
