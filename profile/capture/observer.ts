// What is watched inside a process that is never timed.
import { Session } from 'node:inspector/promises'
import { createRequire } from 'node:module'
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import type { HeapSample } from '../model/heap.ts'
import type { CountedRange, ScriptCoverage } from '../source/source-functions.ts'
import { profilerClockUs } from './clock.ts'
import { InputRecorder, type ProcessInputs } from './inputs.ts'
import { type ShiftedFile, startLineShift } from './line-shift/index.ts'
import { type RepeatedTexts, RepeatRecorder } from './repeats.ts'
import { findScriptsInMemory, type LoadedScript } from './scripts-in-memory.ts'

/**
 * What is watched in a process that is never timed: lines for `--cpu-prof`; exact counts and allocations; lines and a CPU
 * profile by v8-profiler-next, of the measured window alone; or lines for V8's log, and texts that are read or written again.
 */
export type ObserverKind = 'lines' | 'counts' | 'v8-profiler-next' | 'texts'
export type ObserverCommand =
  | 'start-counts'
  | 'stop-counts'
  | 'start-heap'
  | 'stop-heap'
  | 'start-profile'
  | 'stop-profile'

/** What an observed process hands over when it ends. */
export interface Observations {
  readonly shiftedFiles: readonly ShiftedFile[]
  /** When V8 started here, on the profiler's clock, microseconds. */
  readonly startUs: number
  /** Between start and stop of counting; files only. */
  readonly coverage: readonly ScriptCoverage[]
  /** From before the measured code was loaded until heap sampling began; files only. */
  readonly ran: readonly RanScript[]
  /** Of files that a loader compiled; empty where nobody counted. */
  readonly scripts: readonly LoadedScript[]
  /** Null where nobody counted. */
  readonly inputs: ProcessInputs | null
  /** Between start and stop of heap sampling. */
  readonly heap: HeapSample | null
  /** While ops were measured; empty where nobody watched texts. */
  readonly repeats: readonly RepeatedTexts[]
  /** How late a timer came while ops were measured, 99th percentile; 0 where nobody watched. */
  readonly loopDelayNs: number
  /** A `.cpuprofile` as text, where the observer took it itself. */
  readonly cpuProfile: string | null
}

/** The functions of a script that were called at least once, under V8's names. Offsets in UTF-16 units. */
export interface RanScript {
  readonly url: string
  readonly functions: readonly RanFunction[]
}

export interface RanFunction {
  readonly name: string
  readonly startOffset: number
  readonly endOffset: number
}

/** How often the event loop is looked at. */
const LOOP_TIMER_MS = 2

/** Bytes between two samples of the heap profiler, on average: fine enough for ops of some kB, cheap enough to run. */
const HEAP_INTERVAL_BYTES = 2048

/** Watches this process from inside, from before the measured code is loaded. */
export class Observer {
  readonly #shiftedFiles: (() => ShiftedFile[]) | undefined
  readonly #session = new Session()
  readonly #kind: ObserverKind
  #before: readonly ScriptCoverage[] = []
  #coverage: readonly ScriptCoverage[] = []
  #scripts: readonly LoadedScript[] = []
  readonly #ran = new Map<string, Map<string, RanFunction>>()
  #inputs: InputRecorder | undefined
  #heap: HeapSample | null = null
  readonly #profiler: V8Profiler | undefined
  readonly #repeats: RepeatRecorder | undefined
  readonly #loopDelay: IntervalHistogram | undefined
  #cpuProfile: string | null = null

  private constructor(kind: ObserverKind, shiftedFiles: (() => ShiftedFile[]) | undefined) {
    this.#kind = kind
    this.#shiftedFiles = shiftedFiles
    this.#profiler = kind === 'v8-profiler-next' ? loadV8Profiler() : undefined
    this.#repeats = kind === 'texts' ? new RepeatRecorder() : undefined
    this.#loopDelay = kind === 'texts' ? monitorEventLoopDelay({ resolution: LOOP_TIMER_MS }) : undefined
  }

  static async start(kind: ObserverKind): Promise<Observer> {
    const observer = new Observer(kind, kind === 'counts' ? undefined : await startLineShift())
    if (kind === 'counts') {
      observer.#inputs = await InputRecorder.start()
      observer.#session.connect()
      await observer.#session.post('Profiler.enable')
      setOptimising(false)
      // Before any of the code is compiled: only then are its counters part of it. Later, calls of optimised code are lost.
      await observer.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    }
    return observer
  }

  /** Does nothing in a process that is watched for another reason. */
  async run(command: ObserverCommand): Promise<void> {
    const isProfiling = command === 'start-profile' || command === 'stop-profile'
    if (this.#repeats !== undefined && isProfiling) this.#watch(command === 'start-profile')
    if (isProfiling ? this.#profiler === undefined : this.#kind !== 'counts') return
    switch (command) {
      case 'start-profile':
        this.#profiler!.startProfiling('flamegate', true)
        return
      case 'stop-profile': {
        const profile = this.#profiler!.stopProfiling('flamegate')
        this.#cpuProfile = await new Promise((resolve, reject) => {
          profile.export((error, text) => (error ? reject(error) : resolve(text)))
        })
        profile.delete()
        return
      }
      case 'start-counts':
        // Counting begins at zero after every answer.
        this.#before = await this.#takeCoverage()
        return
      case 'stop-counts': {
        this.#coverage = withUncalled(await this.#takeCoverage(), this.#before)
        await this.#session.post('Profiler.stopPreciseCoverage')
        this.#scripts = await findScriptsInMemory(this.#session)
        setOptimising(true)
        // Whether a function runs at all costs nearly nothing to know, and there are far more ops to come.
        await this.#session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false })
        return
      }
      case 'start-heap':
        await this.#takeCoverage()
        await this.#session.post('Profiler.stopPreciseCoverage')
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

  #watch(isOn: boolean): void {
    this.#repeats!.isRecording = isOn
    if (isOn) this.#loopDelay!.enable()
    else this.#loopDelay!.disable()
  }

  async #takeCoverage(): Promise<ScriptCoverage[]> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage')
    const scripts = result
      .filter(({ url }) => url.startsWith('file:'))
      .map(({ url, functions }) => ({ url, functions }))
    for (const script of scripts) this.#addRan(script)
    return scripts
  }

  #addRan({ url, functions }: ScriptCoverage): void {
    const ran = this.#ran.get(url) ?? new Map<string, RanFunction>()
    this.#ran.set(url, ran)
    for (const { functionName: name, ranges } of functions) {
      const { startOffset, endOffset, count } = ranges[0]!
      if (count > 0) ran.set(placeOfRange(ranges[0]!), { name, startOffset, endOffset })
    }
  }

  observations(): Observations {
    return {
      shiftedFiles: this.#shiftedFiles?.() ?? [],
      startUs: profilerClockUs() - (performance.now() - performance.nodeTiming.v8Start) * 1e3,
      coverage: this.#coverage,
      ran: [...this.#ran].map(([url, functions]) => ({ url, functions: [...functions.values()] })),
      scripts: this.#scripts,
      inputs: this.#inputs?.inputs() ?? null,
      heap: this.#heap,
      repeats: this.#repeats?.repeats() ?? [],
      // Node counts the timer's own interval in.
      loopDelayNs: Math.max(0, (this.#loopDelay?.percentile(99) ?? 0) - LOOP_TIMER_MS * 1e6),
      cpuProfile: this.#cpuProfile,
    }
  }
}

/** Where a function begins and ends. */
export function placeOfRange({ startOffset, endOffset }: Omit<CountedRange, 'count'>): string {
  return `${startOffset}-${endOffset}`
}

/** Calls of a function without branches are not counted where optimised code has it inlined. */
function setOptimising(isOptimising: boolean): void {
  for (const compiler of ['turbofan', 'maglev']) {
    setFlagsFromString(`--${isOptimising ? '' : 'no-'}${compiler}`)
  }
}

/** V8 lists only what ran since it was last asked. What ran before has its lines, too, and no calls. */
export function withUncalled(
  counted: readonly ScriptCoverage[],
  before: readonly ScriptCoverage[],
): ScriptCoverage[] {
  const urls = new Set([...before, ...counted].map(({ url }) => url))
  const functionsOf = (scripts: readonly ScriptCoverage[], url: string) =>
    scripts.filter((script) => script.url === url).flatMap(({ functions }) => functions)
  const startOf = ({ ranges }: ScriptCoverage['functions'][number]) => placeOfRange(ranges[0]!)
  return [...urls].map((url) => {
    const called = functionsOf(counted, url)
    const known = new Set(called.map(startOf))
    const uncalled = functionsOf(before, url)
      .filter((candidate) => !known.has(startOf(candidate)))
      .map(({ functionName, ranges }) => ({
        functionName,
        ranges: ranges.slice(0, 1).map((range) => ({ ...range, count: 0 })),
      }))
    return { url, functions: [...called, ...uncalled] }
  })
}

/** The part of v8-profiler-next that is used here; it brings no types of its own for it. */
interface V8Profiler {
  setGenerateType(type: 1): void
  setSamplingInterval(us: number): void
  startProfiling(name: string, recordsSamples: boolean): void
  stopProfiling(name: string): {
    export(done: (error: Error | null, text: string) => void): void
    delete(): void
  }
}

/** Microseconds between two stack samples. */
const V8_PROFILER_INTERVAL_US = 250

function loadV8Profiler(): V8Profiler {
  let profiler: V8Profiler
  try {
    profiler = createRequire(import.meta.url)('v8-profiler-next') as V8Profiler
  } catch (cause) {
    throw new Error(
      'v8-profiler-next is installed, but was not built for this Node: npm rebuild v8-profiler-next',
      {
        cause,
      },
    )
  }
  // Type 1 is the format of Chrome DevTools.
  profiler.setGenerateType(1)
  profiler.setSamplingInterval(V8_PROFILER_INTERVAL_US)
  return profiler
}
