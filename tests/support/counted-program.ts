// A small program run under V8's counters.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { VersionSide } from '../../profile/blame/find-blame.ts'
import { withUncalled } from '../../profile/capture/observer.ts'
import type { OpProfile } from '../../profile/correct/refine.ts'
import { Sources } from '../../profile/source/sources.ts'
import { type DrawnStack, drawProfile } from './drawn.ts'
import type { Cleaner } from './shared.ts'

/** A small program that ran under V8's own counters. */
export interface CountedProgram {
  readonly sources: Sources
  readonly countedOps: number
  /** Where a function is, as drawn stacks have it: `name@url:line`. */
  at(name: string): string
}

/**
 * Writes the files of a package named `demo`, loads its `index.mjs`, and counts what `op` runs. Functions begin their lines
 * with `function name` or `export function name`.
 */
export async function countProgram(
  t: Cleaner,
  files: Readonly<Record<string, string>>,
  countedOps = 10,
): Promise<CountedProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate-counted-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'package.json'), '{ "name": "demo", "version": "1.0.0" }')
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const base = pathToFileURL(`${folder}/`).href
  const { op } = (await import(`${base}index.mjs`)) as { op(): unknown }
  const { result: baseline } = await session.post('Profiler.takePreciseCoverage')
  for (let i = 0; i < countedOps; i++) await op()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const ofProgram = ({ url }: { readonly url: string }) => url.startsWith(base)
  const sources = new Sources(withUncalled(result.filter(ofProgram), baseline.filter(ofProgram)))
  return {
    sources,
    countedOps,
    at(name) {
      for (const [file, text] of Object.entries(files)) {
        const line = text.split('\n').findIndex((line) => line.match(/function (\w+)/)?.[1] === name)
        if (line >= 0) return `${name}@${base}${file}:${line + 1}`
      }
      throw new Error(`no function ${name}`)
    },
  }
}

/** One version of an op from what its stacks cost, ns an op each, in `profiles` equal profiles. Names with a place are no functions of the program. */
export function drawSide(
  { sources, countedOps, at }: CountedProgram,
  stacks: Readonly<Record<DrawnStack, number>>,
  profiles = 3,
): VersionSide {
  const place = (path: DrawnStack) =>
    path
      .split(' > ')
      .map((name) => (name.includes('@') ? name : at(name)))
      .join(' > ')
  const drawn = Object.entries(stacks).flatMap(([path, ns]) =>
    Array.from({ length: 100 }, () => [place(path), ns] as const),
  )
  const profile: OpProfile = { profile: drawProfile(drawn), places: [] }
  return {
    profiles: Array.from({ length: profiles }, () => profile),
    sources,
    countedOps,
    nsPerOp: Object.values(stacks).reduce((a, b) => a + b, 0),
    bytesOf: () => null,
  }
}
