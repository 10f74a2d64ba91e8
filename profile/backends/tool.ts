// Running a command-line profiler and checking what it left.
import { readFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ToolRequest, ToolResult } from './backend.ts'
import { runKept } from './keeper.ts'

/** A command-line profiler that starts the program itself. */
export interface Tool {
  readonly packageName: string
  /** Arguments before the program's; the tool's files go into the working folder. */
  args(folder: string): readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Files of the result, of which one is the page that people look at. */
  readonly pagePattern: RegExp
  /** Whether its result names functions at all. */
  readonly namesFunctions: boolean
  /** Why a finished run has nothing to show; undefined when it has. */
  findEmpty?(folder: string): Promise<string | undefined>
}

/** Runs a tool on a target, and looks whether what it left is a result. */
export async function runTool(tool: Tool, request: ToolRequest): Promise<ToolResult> {
  const script = findScript(tool.packageName, request.root)
  if (script === undefined) return { kind: 'missing', hint: `npm install --save-dev ${tool.packageName}` }
  const { target, folder, limits, signal } = request
  const args = [script, ...tool.args(folder), '--', process.execPath, ...target.args]
  const loading = new AbortController()
  const load = target.load?.(AbortSignal.any([signal, loading.signal])).catch((error: Error) => error)
  const end = await runKept(args, { folder, env: tool.env, limits, signal })
  loading.abort()
  const loadProblem = await load
  signal.throwIfAborted()
  if (end.kind === 'stopped') {
    await rm(folder, { recursive: true, force: true })
    return { kind: 'failed', reason: `${end.reason}; it was ended and what it wrote is deleted` }
  }
  const files = await listFiles(folder)
  const page = files.find((file) => tool.pagePattern.test(file.split(sep).join('/')))
  if (page === undefined) {
    const why = loadProblem instanceof Error ? loadProblem.message : lastLine(end.said)
    return {
      kind: 'failed',
      reason: `exit code ${end.code}, no page${why === '' ? '' : `; it last said: ${why}`}`,
    }
  }
  const empty = await tool.findEmpty?.(folder)
  if (empty !== undefined) return { kind: 'empty', reason: empty, files }
  const functions = tool.namesFunctions ? await findFunctions(files, request.ownCode) : []
  if (tool.namesFunctions && functions.length === 0)
    return { kind: 'empty', reason: `it names no function of ${request.ownCode}`, files }
  return { kind: 'done', files, page, functions }
}

/** The script behind a package's command, as the project resolves it. */
function findScript(packageName: string, root: string): string | undefined {
  for (const from of [pathToFileURL(join(root, 'package.json')).href, import.meta.url]) {
    try {
      const manifest = createRequire(from).resolve(`${packageName}/package.json`)
      const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: string | Record<string, string> }
      const script = typeof bin === 'string' ? bin : bin[packageName]
      if (script !== undefined) return join(dirname(manifest), script)
    } catch {
      // Not from there.
    }
  }
  return undefined
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

/** `name file:line` of each function of the measured code that a result names. */
async function findFunctions(files: readonly string[], ownCode: string): Promise<string[]> {
  const found = new Set<string>()
  const own = escapeRegExp(ownCode)
  // Every repetition is bounded: these files have megabytes of one line.
  const patterns = [
    // `name file:line`, as in a V8 log.
    new RegExp(
      `([\\w$.#<>]{1,80})[^\\w"]{1,6}(?:file://)?[^"\\s:]{0,300}(${own}[\\w./-]{1,200}):(\\d+)`,
      'g',
    ),
    // A stack frame as JSON; one without a name is anonymous.
    new RegExp(
      `\\{(?:"functionName":"([^"]{0,200})")?[^{}]{0,300}"fileName":"[^"]{0,300}(${own}[\\w./-]{1,200})","lineNumber":(\\d+)`,
      'g',
    ),
  ]
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '')
    for (const [, name = 'anonymous', path, line] of patterns.flatMap((pattern) => [
      ...text.matchAll(pattern),
    ])) {
      found.add(`${name} ${path!.replace(/^\//, '')}:${line}`)
    }
  }
  return [...found]
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.findLast((line) => line !== '')?.slice(0, 200) ?? ''
}
