// Lets `flamegate` mean the copy that runs, whoever imports or requires it, and from wherever: a perf file of another version
// of the project, one that is in this repository, one in a project that has flamegate not installed.
import { addAliases } from '../../../profile/process/aliases.mjs'

await addAliases({ names: { flamegate: { url: new URL('../../index.ts', import.meta.url).href } } })
