// `flamegate view`.
import { type Command, Option } from 'commander'
import { openRunFolder } from '../perf/results/run-folder.ts'
import { EXPORT_FORMATS, type ExportFormat } from '../profile/export/index.ts'
import type { DisclosureFlags } from '../profile/flamegraph/disclosure.ts'
import { toVisible } from '../profile/model/text.ts'
import { SourceMaps } from '../profile/source/source-map.ts'
import { openPage } from './shared/open-page.ts'
import { addPageOptions, addPlainFormatOptions, type PlainFormatFlags } from './shared/options.ts'
import { nameOfAll } from './shared/profiles/foreign-profile.ts'
import { openFiles } from './shared/profiles/profile-files.ts'
import { writeViewed, writtenAs } from './shared/profiles/view-output.ts'
import { viewProfiles } from './shared/profiles/view-profiles.ts'

const HELP = `
Examples:
  $ npx flamegate view app.cpuprofile                 hot functions, and the flamegraph in the browser
  $ npx flamegate view tmp/profiles                   all profiles of a folder: a switcher, and one table of all
  $ npx flamegate view app.cpuprofile --json          the same for a program
  $ curl -s localhost:6060/debug/pprof/heap | npx flamegate view -    what is piped in`

interface ViewFlags extends DisclosureFlags, PlainFormatFlags {
  readonly open: boolean
  readonly export: readonly ExportFormat[]
}

/** `flamegate view <file…>`: hot functions and flamegraph of profiles that were taken elsewhere. */
export function defineView(command: Command): Command {
  return addPlainFormatOptions(addPageOptions(command), 'summaries and functions')
    .argument(
      '<file...>',
      'profiles of V8, Chrome DevTools or pprof, folders of them, or - for what is piped in',
    )
    .addOption(
      new Option('--export <format...>', 'also write CPU profiles for other viewers, as they are shown')
        .choices(EXPORT_FORMATS)
        .default([]),
    )
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
  const { directory } = await openRunFolder(root)
  const title = `flamegate ${profiles.length === 1 ? profiles[0]!.name : nameOfAll(profiles.length)}`
  const written = await writeViewed(viewed, maps, { title, root, directory, formats: flags.export })
  process.stdout.write(writtenAs(flags.format, written))
  if (flags.open && flags.format === 'text') await openPage(written.page)
}
