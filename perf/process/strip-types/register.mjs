// Lets this process import and require .ts files with every line and column where its author put it.
// Node strips types itself from 22.18 on; older ones get hooks that do the same with the same engine (SWC). What is more than types
// is transformed, and names of files are those that TypeScript knows.
import Module, * as moduleApi from 'node:module'
import { fileURLToPath } from 'node:url'
import { addModuleHooks } from '../../../profile/process/module-hooks.mjs'
import '../own-name/register.mjs'
import { readTransformed, TYPESCRIPT } from './typescript.mjs'
import { addTypeScriptNames } from './typescript-names.mjs'

if (!process.features.typescript) {
  await addModuleHooks(new URL('./hooks.mjs', import.meta.url).href)
  const { readTypeScript } = await import('./typescript.mjs')
  for (const extension of ['.ts', '.cts', '.mts']) {
    Module._extensions[extension] = (module, path) => {
      const { format, source } = readTypeScript(path)
      module._compile(source, path, format)
    }
  }
} else {
  moduleApi.registerHooks({
    load(url, context, nextLoad) {
      const isOurs = url.startsWith('file:') && TYPESCRIPT.test(url.split(/[?#]/, 1)[0])
      const transformed =
        isOurs && !url.includes('/node_modules/') ? readTransformed(fileURLToPath(url)) : undefined
      return transformed === undefined ? nextLoad(url, context) : { ...transformed, shortCircuit: true }
    },
  })
}
await addTypeScriptNames()
