// The scenarios of a server that is compared without a perf file: GET requests to the paths that were asked for.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { http } from '../bench.ts'
import { defineSuite } from '../scenario.ts'
import { idsOf, readAsked } from './asked.ts'
import { openCommand } from './run-command.ts'

const { words, paths } = readAsked()
const ids = idsOf(paths)

export default defineSuite<string>({
  name: words.join(' '),
  target: {
    directory: process.cwd(),
    resolveEntry: (folder) => {
      const manifest = join(folder, 'package.json')
      return existsSync(manifest) ? manifest : folder
    },
    load: (entry) => (entry.endsWith('package.json') ? dirname(entry) : entry),
  },
  scenarios: paths.map((path, i) =>
    http<string>({
      id: ids[i]!,
      serve: (folder) => openCommand({ command: words }, folder),
      requests: [{ method: 'GET', path }],
    }),
  ),
})
