// What measured code prints goes nowhere, unless somebody asks to see it.
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

let isShown = false

/** Lets what children print that are started from now on appear on stderr. To print costs them time. */
export function showOutput(): void {
  isShown = true
}

/** Whether somebody asked to see it. */
export function isOutputShown(): boolean {
  return isShown
}

/** Passes a stream on to stderr line by line, each with a label in front. */
export function passOn(stream: Readable, label: string): void {
  createInterface({ input: stream }).on('line', (line) => process.stderr.write(`${label}: ${line}\n`))
}
