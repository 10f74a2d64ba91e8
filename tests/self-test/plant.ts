// Injecting a slow-down of known size.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FlamegateError } from '../../perf/errors.ts'

/** The measured package of this repository: what slow-downs are planted in. */
const PACKAGE = join('packages', 'nasc-server')
const ENGINE = join('src', 'engine.ts')
/** Where `applyEvent` begins. */
const ENTRY = 'export async function applyEvent('

/**
 * Copies the measured package into `folder`, with a slow-down in `applyEvent`: it does its work again at so many calls of
 * one (0.1: at every tenth; 2: twice more at every call), to the same end. So what it costs grows with `again` exactly, is
 * of the kind that it cost before, and is slowed by neighbours as that is. With 0 everything but the slow-down is the same.
 * @throws FlamegateError 'bad-target' when the package is not there, or is not as expected
 */
export async function plantCopy(root: string, folder: string, again: number): Promise<string> {
  const copy = join(folder, `again-${again}`)
  await rm(copy, { recursive: true, force: true })
  await mkdir(copy, { recursive: true })
  for (const part of ['src', 'package.json']) {
    await cp(join(root, PACKAGE, part), join(copy, part), { recursive: true }).catch((cause) => {
      throw new FlamegateError('bad-target', `there is no ${PACKAGE} in ${root} to plant a slow-down in`, {
        hint: 'run this in a checkout of flamegate itself',
        cause,
      })
    })
  }
  const engine = join(copy, ENGINE)
  const text = await readFile(engine, 'utf8')
  if (!text.includes(ENTRY)) throw new FlamegateError('bad-target', `${engine} has no applyEvent as expected`)
  await writeFile(engine, `${text.replace(ENTRY, 'async function applyOnce(')}${plantSource(again)}`)
  return copy
}

function plantSource(again: number): string {
  return `
let owed = 0

export async function applyEvent(...input: Parameters<typeof applyOnce>) {
  for (owed += ${again}; owed >= 1; owed--) await applyOnce(...input)
  return applyOnce(...input)
}
`
}
