// `flamegate merge`.
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { FlamegateError, messageOf } from '../../perf/errors.ts'
import { writeMerged } from '../../perf/report/write-report.ts'
import { mergeReports, type ShardReport } from '../../perf/results/merge-reports.ts'
import { readReport } from '../../perf/results/read-report.ts'
import { openRunFolder, runFolderAt } from '../../perf/results/run-folder.ts'
import { typed } from '../../perf/typed-command.ts'
import { exitCodeOf } from '../../perf/verdict/gate.ts'
import { renderOutput } from '../shared/gated-run.ts'
import { addFormatOptions, type FormatFlags } from '../shared/options.ts'
import { printBehind } from '../shared/session.ts'
import { tellGitHub } from '../shared/tell-github.ts'

const HELP = `
Takes what run, compare or ci wrote with --shard: their folders, or a folder that holds them all. The exit code is that of
one run of all scenarios; a shard that is missing, or there twice, is exit code 2.

Examples:
  $ npx flamegate merge shards                     all that was downloaded to that folder
  $ npx flamegate merge one/report.json two/report.json --markdown
  $ npx flamegate merge shards && npx flamegate ci --report .flamegate/latest --comment`

/** `flamegate merge <report…>`: one run of its shards. */
export function defineMerge(command: Command): Command {
  return addFormatOptions(command)
    .argument('<report...>', 'report.json of every shard, or the folders that they are in')
    .addHelpText('after', typed(HELP))
    .action(merge)
}

async function merge(paths: string[], flags: FormatFlags): Promise<void> {
  const root = process.cwd()
  const parts = await readParts(paths)
  const folder = await openRunFolder(root)
  const report = mergeReports(parts, folder.id)
  const folders = parts.map(({ path }) => runFolderAt(dirname(path)))
  await printBehind(writeMerged(folder, report, folders, root), renderOutput(report, folder, flags))
  await tellGitHub(report)
  process.exitCode = exitCodeOf(report)
}

/** Each run once: `latest` is uploaded beside what it points at. */
async function readParts(paths: readonly string[]): Promise<ShardReport[]> {
  const byId = new Map<string, ShardReport>()
  for (const path of (await Promise.all(paths.map(findReports))).flat()) {
    const report = await readReport(path)
    if (!byId.has(report.run.id)) byId.set(report.run.id, { path, report })
  }
  return [...byId.values()]
}

async function findReports(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const names = await readdir(path, { recursive: true })
    const found = names.filter((name) => /(?:^|[/\\])report\.json$/.test(name)).sort()
    if (found.length > 0) return found.map((name) => join(path, name))
  } catch (cause) {
    throw new FlamegateError('bad-result-file', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
  throw new FlamegateError('bad-result-file', `there is no report.json in ${path}`, {
    hint: 'name the folders of the shards, as in: flamegate merge shards',
  })
}
