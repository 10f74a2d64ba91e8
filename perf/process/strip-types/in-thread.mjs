// Imports TypeScript without a thread for module hooks, for programs that run under profilers: these put their own code
// into every thread of the process, and two threads that write one file leave nonsense. Needs --experimental-vm-modules
// where Node does not strip types itself. Slower than hooks, and only for files that import each other by path.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import vm from 'node:vm'
import { stripTypes } from '../../../profile/source/strip-types.mjs'
import { OWN_NAME, OWN_URL } from '../own-name/own-name.mjs'

/** Flags that a process needs for {@link importInThread}. */
export const IN_THREAD_FLAGS = process.features.typescript
  ? []
  : ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']

const modules = new Map()

/**
 * The namespace of a module.
 * @param {string} url
 */
export async function importInThread(url) {
  if (process.features.typescript) return import(url)
  const module = await load(url)
  if (module.status === 'unlinked') await module.link(linkFrom)
  if (module.status === 'linked') await module.evaluate()
  return module.namespace
}

function load(url) {
  if (!modules.has(url)) modules.set(url, /\.m?ts$/.test(url) ? loadTypeScript(url) : loadForeign(url))
  return modules.get(url)
}

async function loadTypeScript(url) {
  const path = fileURLToPath(url)
  const importDynamically = async (specifier) => {
    const module = await linkFrom(specifier, { identifier: url })
    if (module.status === 'unlinked') await module.link(linkFrom)
    if (module.status === 'linked') await module.evaluate()
    return module
  }
  return new vm.SourceTextModule(stripTypes(await readFile(path, 'utf8'), path), {
    identifier: url,
    initializeImportMeta(meta) {
      meta.url = url
    },
    importModuleDynamically: importDynamically,
  })
}

/** Packages, Node's own modules and plain JavaScript are Node's to load. */
async function loadForeign(url) {
  const namespace = await import(url)
  const names = Object.keys(namespace)
  return new vm.SyntheticModule(
    names,
    function () {
      for (const name of names) this.setExport(name, namespace[name])
    },
    { identifier: url },
  )
}

function linkFrom(specifier, { identifier }) {
  return load(resolve(specifier, identifier))
}

function resolve(specifier, parent) {
  if (specifier === OWN_NAME) return OWN_URL
  if (/^(\.{0,2}\/|file:)/.test(specifier)) return new URL(specifier, parent).href
  if (specifier.startsWith('node:')) return specifier
  try {
    return pathToFileURL(createRequire(parent).resolve(specifier)).href
  } catch {
    // A package without an entry for `require`.
    return specifier
  }
}
