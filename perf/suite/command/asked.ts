// A server that is compared without a perf file: what the command line asked for, told to the processes that measure it.
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A command, and the paths that are asked for. */
export interface AskedCommand {
  readonly words: readonly string[]
  readonly paths: readonly string[]
}

const NAME = 'FLAMEGATE_COMMAND'

/** The perf file that stands for it. In the language of this file: built, all of them are JavaScript. */
export const ASKED_SUITE = fileURLToPath(new URL(`./asked.perf${extname(import.meta.url)}`, import.meta.url))

/** Tells it to every process that this one starts. */
export function tellAsked(asked: AskedCommand): void {
  process.env[NAME] = JSON.stringify(asked)
}

/** What was told. */
export function readAsked(): AskedCommand {
  return JSON.parse(process.env[NAME] ?? '{ "words": [], "paths": [] }') as AskedCommand
}

/** Ids of scenarios for paths, each one once: `/cart?all=1` → `get/cart-all-1.http`. */
export function idsOf(paths: readonly string[]): string[] {
  const ids: string[] = []
  for (const path of paths) {
    const slug = path
      .toLowerCase()
      .replaceAll(/[^a-z0-9_]+/g, '-')
      .replaceAll(/^-|-$/g, '')
    let name = slug || 'root'
    for (let n = 2; ids.includes(`get/${name}.http`); n++) name = `${slug || 'root'}-${n}`
    ids.push(`get/${name}.http`)
  }
  return ids
}
