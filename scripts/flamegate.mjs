#!/usr/bin/env node
// Entry of every command: signals first, TypeScript in place, then main.
import process from 'node:process'
import './shared/last-resort.mjs'
import { catchSignals } from './shared/interruption.mjs'

catchSignals()
refuseLostFolder()
await import('../perf/process/strip-types/register.mjs')
const { main } = await import('./main.ts')
await main(process.argv.slice(2))

/** Node's thread for loaders never starts in a folder that was deleted, and would be waited for without end. */
function refuseLostFolder() {
  try {
    process.cwd()
  } catch (error) {
    process.stderr.write(
      `error: the folder that this runs in is gone (${error.code}): go to the project's folder\n`,
    )
    process.exit(2)
  }
}
