// Entry of `npm run perf:selftest`: TypeScript in place, then the campaigns that measure flamegate itself.
import '../../scripts/shared/last-resort.mjs'
import { catchSignals } from '../../scripts/shared/interruption.mjs'

catchSignals()
await import('../../perf/process/strip-types/register.mjs')
const { runCommandLine } = await import('../../scripts/main.ts')
const { selfTestCommand } = await import('./command.ts')
await runCommandLine(selfTestCommand(), process.argv.slice(2))
