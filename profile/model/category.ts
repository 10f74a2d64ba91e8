// Whose code a function is.
import { type Frame, META_FRAMES } from './model.ts'

/** Whose code a function is, or what the engine did instead of running one; in the order of legends. */
export const CATEGORIES = ['app', 'dependency', 'node', 'native', 'gc', 'program', 'idle', 'harness'] as const
export type Category = (typeof CATEGORIES)[number]

/** The folder of flamegate's own measuring code, as the start of a URL. */
const HARNESS = [
  new URL('../../perf/', import.meta.url).href,
  new URL('../../profile/', import.meta.url).href,
]

/** @param isHarness whether the URL is of the code that measures; by default flamegate's own, and tinybench */
export function categoryOf({ functionName, url, script }: Frame, isHarness = isOwnCode): Category {
  if (script !== undefined) return 'app'
  if (url === '') return metaCategory(functionName)
  if (url.startsWith('node:')) return 'node'
  if (isHarness(url)) return 'harness'
  if (url.startsWith('wasm://')) return 'native'
  return /[/\\]node_modules[/\\]/.test(url) ? 'dependency' : 'app'
}

/** Whether a URL is of flamegate's own measuring code, or of tinybench. */
export function isOwnCode(url: string): boolean {
  return HARNESS.some((start) => url.startsWith(start)) || /[/\\]node_modules[/\\]tinybench[/\\]/.test(url)
}

function metaCategory(functionName: string): Category {
  switch (functionName) {
    case META_FRAMES.gc:
      return 'gc'
    case META_FRAMES.idle:
      return 'idle'
    case META_FRAMES.program:
    case META_FRAMES.root:
      return 'program'
    default:
      return 'native'
  }
}
