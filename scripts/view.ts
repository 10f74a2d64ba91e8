// `flamegate view`.
import { dirname, join } from 'node:path'
import { type Command, Option } from 'commander'
import { openRunFolder } from '../perf/results/run-folder.ts'
import { writeWhole } from '../perf/results/write-whole.ts'
import { EXPORT_FORMATS, EXPORT_SUFFIX, type ExportFormat, exportProfile } from '../profile/export/index.ts'
import type { DisclosureFlags } from '../profile/flamegraph/disclosure.ts'
import { renderPage } from '../profile/flamegraph/page.ts'
import { shortenUrl } from '../profile/model/file-url.ts'
import { formatBytes, formatShare, formatSpan } from '../profile/model/format.ts'
import { shownName, shownPath, toVisible } from '../profile/model/text.ts'
import { describeMapProblems, SourceMaps } from '../profile/source/source-map.ts'
import { openPage } from './shared/open-page.ts'
import { addPageOptions } from './shared/options.ts'
import { nameOfAll } from './shared/profiles/foreign-profile.ts'
import { openFiles } from './shared/profiles/profile-files.ts'
import { type Viewed, viewProfiles } from './shared/profiles/viewed.ts'

const SHOWN_FUNCTIONS = 20
const HELP = `
Examples:
  $ npx flamegate view app.cpuprofile                 hot functions, and the flamegraph in the browser
  $ npx flamegate view tmp/profiles                   all profiles of a folder: a switcher, and one table of all
  $ npx flamegate view app.cpuprofile --json          the same for a program
  $ curl -s localhost:6060/debug/pprof/heap | npx flamegate view -    what is piped in`

interface ViewFlags extends DisclosureFlags {
  readonly open: boolean
  readonly export: readonly ExportFormat[]
  readonly json?: true
}

/** `flamegate view <file…>`: hot functions and flamegraph of profiles that were taken elsewhere. */
export function defineView(command: Command): Command {
  return addPageOptions(command)
    .argument(
      '<file...>',
      'profiles of V8, Chrome DevTools or pprof, folders of them, or - for what is piped in',
    )
    .addOption(
      new Option('--export <format...>', 'also write CPU profiles for other viewers, as they are shown')
        .choices(EXPORT_FORMATS)
        .default([]),
    )
    .option('--json', 'print summaries and all functions as JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(view)
}

async function view(named: string[], flags: ViewFlags): Promise<void> {
  const root = process.cwd()
  const { profiles, problems } = await openFiles(named)
  const maps = new SourceMaps()
  const viewed = viewProfiles(profiles, maps, { root, flags })
  for (const problem of problems) process.stderr.write(`${toVisible(problem)}\n`)
  if (problems.some((problem) => !problem.startsWith('passed over'))) process.exitCode = 2
  const page = join((await openRunFolder(root)).directory, 'flamegraph.html')
  const title = `flamegate ${profiles.length === 1 ? profiles[0]!.name : nameOfAll(profiles.length)}`
  await writeWhole(page, await renderPage({ title, graphs: viewed.map(({ graph }) => graph) }))
  const exports = await writeExports(viewed, flags.export, dirname(page))
  const notMapped = describeMapProblems(maps.problems, (url) => shortenUrl(url, root))
  const shown = { viewed, notMapped, page, exports }
  process.stdout.write(flags.json ? renderJson(shown) : renderText(shown))
  if (flags.open && !flags.json) await openPage(page)
}

interface ExportedFile {
  readonly format: ExportFormat
  readonly name: string
  readonly path: string
}

/** Files named by number: names of profiles are anything. */
async function writeExports(
  viewed: readonly Viewed[],
  formats: readonly ExportFormat[],
  folder: string,
): Promise<ExportedFile[]> {
  const files: ExportedFile[] = []
  const profiles = viewed.flatMap(({ name, profile }) => (profile === undefined ? [] : [{ name, profile }]))
  for (const [i, { name, profile }] of profiles.entries()) {
    for (const format of new Set(formats)) {
      const path = join(folder, 'profiles', `${i + 1}${EXPORT_SUFFIX[format]}`)
      await writeWhole(path, await exportProfile(profile, format, name))
      files.push({ format, name, path })
    }
  }
  return files
}

interface ShownView {
  readonly viewed: readonly Viewed[]
  readonly notMapped: string
  readonly page: string
  readonly exports: readonly ExportedFile[]
}

function renderText({ viewed, notMapped, page, exports }: ShownView): string {
  const lines = [
    ...(['cpu', 'heap'] as const).flatMap((kind) => describeKind(viewed.filter((one) => one.kind === kind))),
    ...(notMapped === '' ? [] : [toVisible(notMapped)]),
    `flamegraph: ${page}`,
    ...exports.map(({ format, name, path }) => `${format} of ${shownName(name)}: ${path}`),
  ]
  return `${lines.join('\n')}\n`
}

/** Of several profiles, each one's summary, and the table of all. */
function describeKind([all, ...each]: readonly Viewed[]): string[] {
  if (all === undefined) return []
  const { kind, functions, losses } = all
  const rows = functions.filter(({ self }) => self > 0).slice(0, SHOWN_FUNCTIONS)
  return [
    ...[...each, all].map(({ name, summary }) => `${shownName(name)}: ${summary}`),
    ...(losses === '' ? [] : [losses]),
    ...rows.map((row) => describeRow(row, kind === 'heap' ? formatBytes : formatSpan)),
  ]
}

function describeRow(
  { name, file, line, self, total, share }: Viewed['functions'][number],
  format: (cost: number) => string,
): string {
  const place = file === '' ? '' : `  ${shownPath(file)}${line === 0 ? '' : `:${line}`}`
  return `${formatShare(share).padStart(7)} ${format(self).padStart(9)} self ${format(total).padStart(9)} total  ${shownName(name)}${place}`
}

function renderJson({ viewed, notMapped, page, exports }: ShownView): string {
  const profiles = viewed.map(({ kind, name, summary, facts, losses, functions }) => ({
    name,
    kind,
    unit: kind === 'heap' ? 'bytes' : 'microseconds',
    summary,
    ...facts,
    losses,
    functions,
  }))
  return `${JSON.stringify({ profiles, notMapped, page, exports }, null, 2)}\n`
}
