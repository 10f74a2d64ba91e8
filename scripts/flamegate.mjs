#!/usr/bin/env node
// Entry of every command: TypeScript in place, then main.
import './shared/last-resort.mjs'

await import('../perf/process/strip-types/register.mjs')
const { main } = await import('./main.ts')
await main(process.argv.slice(2))
