// Viewed profiles as files and as text: the page, exports, what is printed.
import { join } from 'node:path'
import { type Fact, renderFacts } from '../../../perf/report/parts/facts.ts'
import { writeWhole } from '../../../perf/results/write-whole.ts'
import { EXPORT_SUFFIX, type ExportFormat, exportProfile } from '../../../profile/export/index.ts'
import { renderPage } from '../../../profile/flamegraph/page.ts'
import { shortenUrl } from '../../../profile/model/file-url.ts'
import { formatBytes, formatShare, formatSpan } from '../../../profile/model/format.ts'
import { shownName, shownPath, toVisible } from '../../../profile/model/text.ts'
import { describeMapProblems, type SourceMaps } from '../../../profile/source/source-map.ts'
import type { PlainFormatFlags } from '../options.ts'
import type { Viewed } from './view-profiles.ts'

const SHOWN_FUNCTIONS = 20

/** How and where viewed profiles are written. */
export interface WriteRequest {
  readonly title: string
  readonly root: string
  readonly directory: string
  readonly formats: readonly ExportFormat[]
}

/** Writes the page and the exports, each whole. @throws FlamegateError 'cannot-write' */
export async function writeViewed(
  viewed: readonly Viewed[],
  maps: SourceMaps,
  { title, root, directory, formats }: WriteRequest,
): Promise<WrittenView> {
  const page = join(directory, 'flamegraph.html')
  await writeWhole(page, await renderPage({ title, graphs: viewed.map(({ graph }) => graph) }))
  const exports = await writeExports(viewed, formats, directory)
  const notMapped = describeMapProblems(maps.problems, (url) => shortenUrl(url, root))
  return { viewed, notMapped, page, exports }
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

/** What was written of viewed profiles, and what there is to say. */
export interface WrittenView {
  readonly viewed: readonly Viewed[]
  readonly notMapped: string
  readonly page: string
  readonly exports: readonly ExportedFile[]
}

/** For people. */
function writtenAsText({ viewed, notMapped, page, exports }: WrittenView): string {
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

/** What a command prints of it. */
export function writtenAs(format: PlainFormatFlags['format'], written: WrittenView): string {
  switch (format) {
    case 'text':
      return writtenAsText(written)
    case 'json':
      return writtenAsJson(written)
    case 'agent':
      return renderFacts(factsOfView(written))
    default:
      return format satisfies never
  }
}

/** Of several profiles, what they come to together. */
function factsOfView({ viewed, notMapped, page, exports }: WrittenView): Fact[] {
  const all = (['cpu', 'heap'] as const).flatMap((kind) => viewed.find((one) => one.kind === kind) ?? [])
  return [
    ...all.flatMap(({ kind, name, summary, losses, functions }): Fact[] => [
      ['profile', `${shownName(name)}: ${summary}`],
      ...(losses === '' ? [] : [['left-out', losses] as Fact]),
      ...functions
        .filter(({ self }) => self > 0)
        .slice(0, SHOWN_FUNCTIONS)
        .map((row): Fact => ['hot', describeRow(row, kind === 'heap' ? formatBytes : formatSpan).trim()]),
    ]),
    ...(notMapped === '' ? [] : [['not-mapped', notMapped] as Fact]),
    ...exports.map(({ format, path }): Fact => [format, path]),
    ['page', page],
  ]
}

/** For programs. */
function writtenAsJson({ viewed, notMapped, page, exports }: WrittenView): string {
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
