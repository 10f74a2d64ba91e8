// Whether a package is there.
import { createRequire } from 'node:module'

/** Whether a module at `from` (a path or file URL) could import this package. */
export function isInstalled(packageName: string, from: string): boolean {
  try {
    createRequire(from).resolve(packageName)
    return true
  } catch (error) {
    // Any other code is of a package that is there, and lets itself be imported only.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND'
  }
}
