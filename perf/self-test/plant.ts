import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FlamegateError } from '../errors.ts'

/** The measured package of this repository: what slow-downs are planted in. */
const PACKAGE = join('packages', 'nasc-server')
const ENGINE = join('src', 'engine.ts')
/** Where `applyEvent` begins. */
const ENTRY = /(export async function applyEvent[^{]*\{\n)/

/**
 * Copies the measured package into `folder`, with a slow-down in `applyEvent`: so many small objects more at every call,
 * which is work of the kind that it does anyway and is slowed by neighbours as it is. None for an exact copy.
 * @throws FlamegateError 'bad-target' when the package is not there, or is not as expected
 */
export async function plantCopy(root: string, folder: string, objects: number): Promise<string> {
  const copy = join(folder, `${objects}-objects`)
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
  if (objects > 0) {
    const engine = join(copy, ENGINE)
    const text = await readFile(engine, 'utf8')
    if (!ENTRY.test(text)) throw new FlamegateError('bad-target', `${engine} has no applyEvent as expected`)
    await writeFile(engine, `import { plant } from './plant.ts'\n${text.replace(ENTRY, '$1  plant()\n')}`)
    await writeFile(join(copy, 'src', 'plant.ts'), plantSource(objects))
  }
  return copy
}

function plantSource(objects: number): string {
  return `const kept: unknown[] = []

export function plant(): void {
  for (let i = 0; i < ${objects}; i++) kept[i & 63] = { id: i, title: 'planted', done: (i & 1) === 0 }
}
`
}
