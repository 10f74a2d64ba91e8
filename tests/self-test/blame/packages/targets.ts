// The packages that slow-downs are planted in.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderOf } from './npm-target.ts'

/** A package that slow-downs can be planted in, with the suite that measures it. */
export interface BlameTarget {
  readonly name: string
  readonly suiteFile: string
  /** The package's folder. */
  readonly directory: string
  /** What of it a work copy needs. */
  readonly parts: readonly string[]
  /** The `node_modules` that its dependencies are in. */
  readonly dependencies: string
  readonly scenarioIds: readonly string[]
}

/** The measured package of the project in `root`, and two real ones of npm's. @throws FlamegateError 'bad-target' */
export function blameTargets(root: string): BlameTarget[] {
  const nasc = join(root, 'packages', 'nasc-server')
  return [
    {
      name: 'nasc-server',
      suiteFile: join(nasc, 'perf', 'nasc-server.perf.ts'),
      directory: nasc,
      parts: ['src', 'package.json'],
      dependencies: join(root, 'node_modules'),
      scenarioIds: [
        'arrays/append.apply',
        'arrays/reorder.processor',
        'noop/refresh.processor',
        'mount/cold.processor',
        'payload/10kb.processor',
      ],
    },
    npmPackage(
      'fast-json-patch',
      ['index.js', 'commonjs', 'package.json'],
      ['json-patch/compare.micro', 'json-patch/apply.micro'],
    ),
    npmPackage('qs', ['lib', 'package.json'], ['qs/parse.micro', 'qs/dots.micro', 'qs/stringify.micro']),
  ]
}

function npmPackage(name: string, parts: readonly string[], scenarioIds: readonly string[]): BlameTarget {
  const directory = folderOf(name)
  return {
    name,
    suiteFile: fileURLToPath(new URL(`./${name}.perf.ts`, import.meta.url)),
    directory,
    parts,
    dependencies: join(directory, '..'),
    scenarioIds,
  }
}
