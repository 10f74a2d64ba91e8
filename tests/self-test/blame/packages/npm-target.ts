// A package from npm as a target.
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FlamegateError } from '../../../../perf/errors.ts'
import type { TargetLoader } from '../../../../perf/suite/scenario.ts'

const require = createRequire(import.meta.url)

/**
 * A CommonJS package as npm installed it, or a copy of it.
 * @throws FlamegateError 'bad-target' when it is not installed
 */
export function npmTarget<Target>(packageName: string): TargetLoader<Target> {
  return {
    directory: folderOf(packageName),
    resolveEntry: (directory) => require.resolve(directory),
    load: async (entry) => ((await import(pathToFileURL(entry).href)) as { default: Target }).default,
  }
}

/** @throws FlamegateError 'bad-target' */
export function folderOf(packageName: string): string {
  try {
    return dirname(require.resolve(`${packageName}/package.json`))
  } catch (cause) {
    throw new FlamegateError('bad-target', `${packageName} is not installed`, {
      hint: `npm i -D ${packageName}`,
      cause,
    })
  }
}
