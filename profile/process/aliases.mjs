// Names that mean other modules than Node would find, for `import` and `require` alike. Plain JavaScript: it runs before types
// are stripped.
import Module, * as moduleApi from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { addModuleHooks } from './module-hooks.mjs'

/**
 * What a name means: the module at a URL, or nothing that can be had, with the reason.
 * @typedef {{ readonly url: string } | { readonly refusal: string }} Meaning
 * @typedef {{ readonly names: Readonly<Record<string, Meaning>>, readonly exceptIn?: string }} Aliases
 */

/**
 * Gives names another meaning from now on; resolves when they have it.
 * @param {Aliases} aliases `exceptIn`: files whose URLs begin so go on meaning what Node finds
 */
export async function addAliases(aliases) {
  if (moduleApi.registerHooks !== undefined) {
    moduleApi.registerHooks({
      resolve(specifier, context, nextResolve) {
        const url = findMeaning(aliases, specifier, context.parentURL)
        return url === undefined ? nextResolve(specifier, context) : { url, shortCircuit: true }
      },
    })
    return
  }
  await addModuleHooks(new URL('./alias-hooks.mjs', import.meta.url).href, { data: aliases })
  aliasRequire(aliases)
}

/**
 * The URL that a name means where it is imported; undefined where it means what Node finds.
 * @param {Aliases} aliases
 * @throws Error for a name that nothing can be had for
 */
export function findMeaning({ names, exceptIn }, specifier, parentURL) {
  if (!Object.hasOwn(names, specifier)) return undefined
  if (exceptIn !== undefined && parentURL?.startsWith(exceptIn)) return undefined
  const meaning = names[specifier]
  if ('refusal' in meaning) throw new Error(meaning.refusal)
  return meaning.url
}

/** What is required by a `node:` name is taken before anything else is asked. */
function aliasRequire(aliases) {
  for (const method of ['_load', '_resolveFilename']) {
    const original = Module[method]
    Module[method] = function (request, parent, ...rest) {
      const parentURL = parent?.filename ? pathToFileURL(parent.filename).href : undefined
      const url = findMeaning(aliases, request, parentURL)
      return original.call(this, url === undefined ? request : fileURLToPath(url), parent, ...rest)
    }
  }
}
