// Lets `flamegate` mean the copy that runs, whoever imports or requires it, and from wherever: a perf file of another version
// of the project, one that is in this repository, one in a project that has flamegate not installed.
import Module, * as moduleApi from 'node:module'
import { fileURLToPath } from 'node:url'
import { addModuleHooks } from '../../../profile/process/module-hooks.mjs'
import { OWN_NAME, OWN_URL } from './own-name.mjs'

if (moduleApi.registerHooks !== undefined) {
  moduleApi.registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier === OWN_NAME ? { url: OWN_URL, shortCircuit: true } : nextResolve(specifier, context),
  })
} else {
  await addModuleHooks(new URL('./hooks.mjs', import.meta.url).href)
  const resolveFilename = Module._resolveFilename
  Module._resolveFilename = function (request, ...rest) {
    return request === OWN_NAME ? fileURLToPath(OWN_URL) : resolveFilename.call(this, request, ...rest)
  }
}
