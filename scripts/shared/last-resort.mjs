// What a program of ours does about what nobody caught. Node ends with 1 then, which would read as a regression; a bug of ours
// is 3.
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
