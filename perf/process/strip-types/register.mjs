// Lets this process import and require .ts files with every line and column where its author put it.
// Node strips types itself from 22.18 on; older ones get hooks that do the same with the same engine (SWC).
import Module from 'node:module'
import { addModuleHooks } from '../../../profile/process/module-hooks.mjs'
import '../own-name/register.mjs'

if (!process.features.typescript) {
  await addModuleHooks(new URL('./hooks.mjs', import.meta.url).href)
  const { readTypeScript } = await import('./typescript.mjs')
  for (const extension of ['.ts', '.cts', '.mts']) {
    Module._extensions[extension] = (module, path) => {
      const { format, source } = readTypeScript(path)
      module._compile(source, path, format)
    }
  }
}
