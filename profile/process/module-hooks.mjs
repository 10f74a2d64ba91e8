// Module hooks in the thread that loads the modules. `register` of node:module runs them in a thread of their own, which costs
// every process a tenth of a second of CPU time, and Node versions that need hooks have nothing else in public. Their loader
// can be had by a flag; where it cannot, or is not what it was, it is the thread. Plain JavaScript: it runs before types are stripped.
import { createRequire, register } from 'node:module'

/** Of a process whose hooks are to be in its own thread. */
export const HOOK_FLAGS = process.features.typescript ? [] : ['--expose-internals']

/**
 * Adds hooks as `register` of node:module does; resolves when they are in place.
 * @param {string} url of a module that exports `load`, `resolve`, and `initialize` where it takes data; a `resolve` that
 *   answers at once, where Node's own does, is asked for `import.meta.resolve` too
 * @param {{ data?: unknown, transferList?: any[] }} [options]
 */
export async function addModuleHooks(url, options = {}) {
  const loader = findLoader()
  if (loader === undefined) return void register(url, options)
  const { initialize, load, resolve } = await import(url)
  await initialize?.(options.data)
  if (load !== undefined) addLoad(loader, load)
  if (resolve !== undefined) for (const name of ['resolve', 'resolveSync']) addResolve(loader, name, resolve)
}

function addLoad(loader, load) {
  const next = loader.load.bind(loader)
  loader.load = async (url, context) => ({ responseURL: url, ...(await load(url, context, next)) })
}

function addResolve(loader, name, resolve) {
  const original = loader[name].bind(loader)
  const next = (specifier, { parentURL, importAttributes }) =>
    original(specifier, parentURL, importAttributes)
  loader[name] = (specifier, parentURL, importAttributes) =>
    resolve(specifier, { parentURL, importAttributes }, next)
}

/** What Node loads modules with in this thread, where it is as we know it: from 20.19 on, and before. */
function findLoader() {
  const require = createRequire(import.meta.url)
  for (const find of [
    () => require('internal/modules/esm/loader').getOrInitializeCascadedLoader(),
    () => require('internal/process/esm_loader').esmLoader,
  ]) {
    try {
      const loader = find()
      if (['load', 'resolve', 'resolveSync'].every((name) => typeof loader[name] === 'function'))
        return loader
    } catch {}
  }
  return undefined
}
