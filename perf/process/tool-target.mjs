// A scenario as a program of its own, for profilers that start programs: node tool-target.mjs <file with a job>.
// Runs it for a while and ends by itself. Module hooks have to be in this thread: some profilers put their own code into every
// thread of the process, and two threads that write one file leave nonsense.
import './strip-types/register.mjs'

// While modules load the event loop may be empty, which some profilers take for the program's end.
const alive = setInterval(() => {}, 1000)
const { runTarget } = await import('./tool-target.ts')
await runTarget(process.argv[2])
clearInterval(alive)
