// Copies of a package with changed files.
import { cp, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { FlamegateError } from '../../../../perf/errors.ts'
import { type DiscoveredScenario, readSuite } from '../../../../perf/suite/load.ts'
import type { BlameTarget } from '../packages/targets.ts'
import { applyEdits, type Edit } from './edits.ts'

/** What is changed in one file of a package. */
export interface FileChange {
  /** From the package's folder, with `/`. */
  readonly file: string
  readonly edits: readonly Edit[]
  /** A line at the end of the file. */
  readonly appendix?: string
}

/**
 * Copies a package into `folder/name`, with changes, replacing what was there. It finds its dependencies where they are.
 * @returns the copy's real path, as stacks and coverage have it
 * @throws FlamegateError 'bad-target' when the package has not the expected parts
 */
export async function makeCopy(
  { name: packageName, directory, parts, dependencies }: BlameTarget,
  folder: string,
  name: string,
  changes: readonly FileChange[],
): Promise<string> {
  const parent = join(folder, packageName)
  const copy = join(parent, name)
  await rm(copy, { recursive: true, force: true })
  await mkdir(copy, { recursive: true })
  await link(dependencies, join(parent, 'node_modules'))
  for (const part of parts) {
    await cp(join(directory, part), join(copy, part), { recursive: true }).catch((cause) => {
      throw new FlamegateError('bad-target', `${directory} has no ${part} to plant a slow-down in`, { cause })
    })
  }
  for (const { file, edits, appendix } of changes) {
    const path = join(copy, file)
    const text = applyEdits(await readFile(path, 'utf8'), edits)
    await writeFile(path, appendix === undefined ? text : `${text}\n${appendix}\n`)
  }
  return realpath(copy)
}

/** Windows makes junctions without special rights. */
async function link(to: string, at: string): Promise<void> {
  await symlink(to, at, 'junction').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

/** A file of a copy as changes and plants name it; undefined for files that are not the package's own. */
export function nameInCopy(copy: string, path: string): string | undefined {
  const name = relative(copy, path).split(sep).join('/')
  return name.startsWith('..') || name.split('/').includes('node_modules') ? undefined : name
}

/** One scenario against a copy. @throws FlamegateError 'no-scenario', or as readSuite does */
export async function findInCopy(
  root: string,
  { suiteFile }: BlameTarget,
  copy: string,
  scenarioId: string,
): Promise<DiscoveredScenario> {
  const discovered = (await readSuite(suiteFile, root, copy)).find(
    ({ scenario }) => scenario.id === scenarioId,
  )
  if (discovered === undefined) throw new FlamegateError('no-scenario', `${suiteFile} has no '${scenarioId}'`)
  return discovered
}
