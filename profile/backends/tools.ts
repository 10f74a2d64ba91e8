// The command-line profilers: how each is called, and where its result is.
import { join } from 'node:path'
import type { BackendName } from './backend.ts'
import type { Tool } from './tool.ts'

/** clinic waits for an answer about usage statistics unless it is told not to ask, and opens a browser by itself. */
function clinic(command: string, namesFunctions: boolean): Tool {
  return {
    packageName: 'clinic',
    args: (folder) => [command, '--open=false', '--dest', folder],
    env: { NO_INSIGHT: '1', NO_UPDATE_NOTIFIER: '1', CI: '1' },
    pagePattern: /\.clinic-[a-z]+\.html$/,
    namesFunctions,
  }
}

/** The profilers that are programs of their own. */
export const TOOLS: Readonly<Partial<Record<BackendName, Tool>>> = {
  '0x': {
    packageName: '0x',
    // It moves its log from the working folder to another one, and fails where these are the same.
    args: (folder) => ['--silent', '--output-dir', join(folder, 'result')],
    env: {},
    pagePattern: /flamegraph\.html$/,
    namesFunctions: true,
  },
  'clinic-doctor': clinic('doctor', false),
  'clinic-flame': clinic('flame', true),
  'clinic-bubbleprof': clinic('bubbleprof', true),
  'clinic-heapprofiler': clinic('heapprofiler', true),
}
