#!/usr/bin/env node
// Entry of every command: signals first, TypeScript in place, then main.
import './shared/last-resort.mjs'
import { catchSignals } from './shared/interruption.mjs'

catchSignals()
await import('../perf/process/strip-types/register.mjs')
const { main } = await import('./main.ts')
await main(process.argv.slice(2))
