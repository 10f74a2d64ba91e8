// What several tests of a suite look at, made once.
import { after } from 'node:test'

/** Takes what is to be done when a test, or a whole suite, is over. */
export interface Cleaner {
  after(step: () => void | Promise<void>): void
}

/** One for the suite in whose body it is called. */
export function cleanAfterSuite(): Cleaner {
  const steps: (() => void | Promise<void>)[] = []
  after(async () => {
    for (const step of steps) await step()
  })
  return { after: (step) => void steps.push(step) }
}

/** Makes something when it is first asked for, and gives the same to whoever asks again. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
