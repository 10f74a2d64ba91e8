// One scenario under a foreign tool that starts programs itself.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BackendName, ProfileTarget, ToolResult } from '../../profile/backends/backend.ts'
import { runTool } from '../../profile/backends/tool.ts'
import { TOOLS } from '../../profile/backends/tools.ts'
import { HOOK_FLAGS } from '../../profile/process/module-hooks.mjs'
import { Connection } from '../measure/http/connection.ts'
import { jsonRequest } from '../measure/http/request.ts'
import type { HttpPorts } from '../measure/http/server.ts'
import { withOwnFolder } from '../process/own-folder.ts'
import { startClient } from '../process/scenario-processes.ts'
import type { TargetJob } from '../process/tool-target.ts'
import type { DiscoveredScenario } from '../suite/load.ts'

const TARGET = fileURLToPath(new URL('../process/tool-target.mjs', import.meta.url))
/** Tools start slowly, and some work for a long time after the program has ended. */
const TOOL_EXTRA_MS = 90_000
const TOOL_DISK_BYTES = 300 * 1024 ** 2
const LISTENING_MS = 60_000

/** Runs one scenario under a tool that starts programs itself; its files go into `folder`. Rejects only when aborted. */
export async function runScenarioTool(
  backend: BackendName,
  discovered: DiscoveredScenario,
  {
    folder,
    root,
    runMs,
    signal,
  }: {
    readonly folder: string
    readonly root: string
    readonly runMs: number
    readonly signal: AbortSignal
  },
): Promise<ToolResult> {
  const tool = TOOLS[backend]
  if (tool === undefined) throw new RangeError(`${backend} is no tool of its own`)
  return withOwnFolder(async (scratch) => {
    await mkdir(folder, { recursive: true })
    return runTool(tool, {
      target: await makeTarget(discovered, scratch, runMs),
      folder,
      root,
      limits: { timeMs: runMs + TOOL_EXTRA_MS, diskBytes: TOOL_DISK_BYTES },
      signal,
      ownCode: ownCodeOf(discovered.targetEntry, root),
    })
  })
}

/** The folder of the measured package's code, as it ends every path into it. */
function ownCodeOf(targetEntry: string, root: string): string {
  const folder = targetEntry.replace(/[/\\][^/\\]*$/, '')
  const path = folder.startsWith(root) ? folder.slice(root.length) : folder
  return `${path.replaceAll('\\', '/')}/`
}

async function makeTarget(
  discovered: DiscoveredScenario,
  scratch: string,
  runMs: number,
): Promise<ProfileTarget> {
  const { suiteFile, scenario, idInFile, targetEntry } = discovered
  const portsFile = join(scratch, 'ports.json')
  const jobFile = join(scratch, 'job.json')
  const job: TargetJob = { suiteFile, scenarioId: idInFile ?? scenario.id, targetEntry, runMs, portsFile }
  await writeFile(jobFile, JSON.stringify(job))
  return {
    args: [...HOOK_FLAGS, TARGET, jobFile],
    load: scenario.kind === 'http' ? (signal) => loadServer(discovered, portsFile, runMs, signal) : undefined,
  }
}

/** Waits for the server, loads it for a while, and tells it to end. */
async function loadServer(
  discovered: DiscoveredScenario,
  portsFile: string,
  runMs: number,
  signal: AbortSignal,
): Promise<void> {
  const ports = await waitForPorts(portsFile, signal)
  const plan = {
    warmupMinMs: 1,
    warmupMaxMs: 1,
    measureMinMs: runMs,
    measureMaxMs: runMs,
    minSamples: 1,
    minBusyMs: 0,
  }
  const client = startClient(discovered, { plan, waits: false }, Promise.resolve(ports))
  try {
    await client.answer(runMs + TOOL_EXTRA_MS, signal)
  } finally {
    await client.end()
    const control = await Connection.open(ports.control).catch(() => undefined)
    await control?.exchange(jsonRequest('GET', '/end')).catch(() => {})
    control?.close()
  }
}

async function waitForPorts(portsFile: string, signal: AbortSignal): Promise<HttpPorts> {
  const end = performance.now() + LISTENING_MS
  while (performance.now() < end && !signal.aborted) {
    const text = await readFile(portsFile, 'utf8').catch(() => undefined)
    if (text !== undefined) return JSON.parse(text) as HttpPorts
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  throw new Error('the server did not listen')
}
