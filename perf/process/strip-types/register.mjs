// Lets this process import .ts files with every line and column where its author put it.
// Node strips types itself from 22.18 on; older ones get hooks that do the same with the same engine (SWC).
import { addModuleHooks } from '../../../profile/process/module-hooks.mjs'
import '../own-name/register.mjs'

if (!process.features.typescript) await addModuleHooks(new URL('./hooks.mjs', import.meta.url).href)
