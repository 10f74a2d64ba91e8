// JSON texts that a process reads or writes again: watched from inside, in a process that is never timed.

/** How often a function was called, and how often with a text that it had, so many calls before. */
export interface RepeatedTexts {
  readonly name: 'JSON.parse' | 'JSON.stringify'
  readonly calls: number
  /** By distance in calls, from 1: how often a text came again after exactly so many. */
  readonly again: readonly number[]
  /** Of the texts that came again, the mean length in characters. */
  readonly meanLength: number
}

/** Texts that came back after more calls than this are not remembered. */
const LONGEST_DISTANCE = 64

/** Watches `JSON` from now on; it costs that code time. */
export class RepeatRecorder {
  readonly #parse = new TextMemory('JSON.parse')
  readonly #stringify = new TextMemory('JSON.stringify')
  isRecording = false

  constructor() {
    const { parse, stringify } = JSON
    JSON.parse = (...args: Parameters<typeof JSON.parse>) => {
      if (this.isRecording && typeof args[0] === 'string') this.#parse.add(args[0])
      return parse(...args)
    }
    JSON.stringify = ((...args: Parameters<typeof JSON.stringify>) => {
      const text = stringify(...args) as string | undefined
      if (this.isRecording && text !== undefined) this.#stringify.add(text)
      return text
    }) as typeof JSON.stringify
  }

  repeats(): RepeatedTexts[] {
    return [this.#parse, this.#stringify].map((memory) => memory.summary())
  }
}

class TextMemory {
  readonly #name: RepeatedTexts['name']
  readonly #lastCall = new Map<string, number>()
  readonly #again: number[] = Array.from({ length: LONGEST_DISTANCE }, () => 0)
  #calls = 0
  #repeatedLength = 0

  constructor(name: RepeatedTexts['name']) {
    this.#name = name
  }

  add(text: string): void {
    const call = this.#calls++
    const distance = call - (this.#lastCall.get(text) ?? Number.NEGATIVE_INFINITY)
    if (distance <= LONGEST_DISTANCE) {
      this.#again[distance - 1]! += 1
      this.#repeatedLength += text.length
    }
    // The one that was used longest ago comes first.
    this.#lastCall.delete(text)
    this.#lastCall.set(text, call)
    if (this.#lastCall.size > LONGEST_DISTANCE) this.#lastCall.delete(this.#lastCall.keys().next().value!)
  }

  summary(): RepeatedTexts {
    const repeated = this.#again.reduce((sum, count) => sum + count, 0)
    const meanLength = repeated === 0 ? 0 : this.#repeatedLength / repeated
    return { name: this.#name, calls: this.#calls, again: this.#again, meanLength }
  }
}
