#!/usr/bin/env node
// Entry of every command: TypeScript in place, then main. Node ends with 1 for what nobody caught, which would read as a
// regression; a bug of ours is 3.
import process from 'node:process'

function failWithBug(error) {
  process.stderr.write(`flamegate has a bug: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(3)
}
process.on('uncaughtException', failWithBug)
// Whoever reads our output may stop reading (`| head`): the rest of the work is done all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') failWithBug(error)
  })
}

await import('../perf/process/strip-types/register.mjs')
const { main } = await import('./main.ts')
await main(process.argv.slice(2))
