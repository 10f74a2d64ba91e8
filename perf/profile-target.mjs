// A scenario as a program of its own, for profilers that start programs: node profile-target.mjs <file with a job>.
// Runs it for a while and ends by itself.
import '../scripts/strip-types/register.mjs'

// While modules load in another thread the event loop is empty, which some profilers take for the program's end.
const alive = setInterval(() => {}, 1000)
const { runTarget } = await import('./profile-target.ts')
await runTarget(process.argv[2])
clearInterval(alive)
