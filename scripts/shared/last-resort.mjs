// What a program of ours does about what nobody caught. Node ends with 1 then, which would read as a regression; a bug of ours
// is 3.
import process from 'node:process'

function failWithBug(error) {
  process.stderr.write(`flamegate has a bug: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(3)
}

process.on('uncaughtException', failWithBug)
/** What made an output impossible, for whoever hears the other one. */
let lost
// Whoever reads our output may stop reading (`| head`), and a disk may be full: the rest of the work is done all the same.
for (const [name, stream] of Object.entries({ stdout: process.stdout, stderr: process.stderr })) {
  stream.on('error', (error) => {
    if (error.code === 'EPIPE' || lost !== undefined) return
    lost = error
    process.stderr.write(`error: cannot write to ${name}: ${error.message}\nhint: is the disk full?\n`)
  })
}
process.on('exit', (code) => {
  if (lost !== undefined && code === 0) process.exitCode = 2
})
