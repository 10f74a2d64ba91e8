// Versions whose scenario runs the same code: what is known of one of them is known of the others.

import type { OpenVersion } from '../git/version.ts'
import { comparePrints, isSameCode } from '../identity/compare-prints.ts'
import type { CodeReader, ScenarioCode } from '../identity/scenario-code.ts'

/** A version's code, and what is known of it. */
interface Known<T> {
  readonly code: ScenarioCode
  readonly fact: T
}

/** Reads versions' code, and finds the twin of a version among those before it. */
export class Twins<T> {
  readonly #known: Known<T>[] = []
  readonly #readCode: CodeReader
  readonly #root: string

  constructor(readCode: CodeReader, root: string) {
    this.#readCode = readCode
    this.#root = root
  }

  /** Undefined where it cannot be counted, which its measurement will tell of. Rejects only when aborted. */
  async read(
    { discovered, folder }: OpenVersion,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ScenarioCode | undefined> {
    const code = await this.#readCode(discovered, { root: this.#root, folder }, timeoutMs, signal)
    return 'failure' in code ? undefined : code
  }

  add(code: ScenarioCode | undefined, fact: T): void {
    if (code !== undefined) this.#known.push({ code, fact })
  }

  /** What is known of the first version with this code. */
  find(code: ScenarioCode | undefined): T | undefined {
    if (code === undefined) return undefined
    return this.#known.find((known) => isSameCode(comparePrints(known.code.print, code.print)))?.fact
  }
}
