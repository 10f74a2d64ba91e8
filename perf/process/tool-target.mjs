// A scenario as a program of its own, for profilers that start programs: node tool-target.mjs <file with a job>.
// Runs it for a while and ends by itself.
import './own-name/register.mjs'
import { importInThread } from './strip-types/in-thread.mjs'

// While modules load the event loop may be empty, which some profilers take for the program's end.
const alive = setInterval(() => {}, 1000)
const { runTarget } = await importInThread(new URL('./tool-target.ts', import.meta.url).href)
await runTarget(process.argv[2])
clearInterval(alive)
