// `flamegate diff`.
import { join } from 'node:path'
import type { Command } from 'commander'
import { FlamegateError } from '../perf/errors.ts'
import { type Fact, renderFacts } from '../perf/report/parts/facts.ts'
import { openRunFolder } from '../perf/results/run-folder.ts'
import { writeWhole } from '../perf/results/write-whole.ts'
import { typed } from '../perf/typed-command.ts'
import type { Both } from '../profile/blame/find-blame.ts'
import {
  compareProfiles,
  type Identify,
  identifyIn,
  type MovedFunction,
} from '../profile/blame/two-profiles.ts'
import { prepareForeign } from '../profile/correct/foreign.ts'
import { mapFrames } from '../profile/correct/map-sources.ts'
import type { Graph } from '../profile/flamegraph/data.ts'
import { type DiffSide, toDiffGraph } from '../profile/flamegraph/diff-graph.ts'
import { type DisclosureFlags, discloseBelow } from '../profile/flamegraph/disclosure.ts'
import { renderPage } from '../profile/flamegraph/page.ts'
import { shortenUrl, shownFile } from '../profile/model/file-url.ts'
import { formatBytes, formatCounted, formatShare, formatSpan, type Unit } from '../profile/model/format.ts'
import { heapAsProfile } from '../profile/model/heap.ts'
import { mergeHeaps, mergeProfiles } from '../profile/model/merge.ts'
import type { CpuProfile } from '../profile/model/model.ts'
import { sumOf } from '../profile/model/sum.ts'
import { shownName, shownPath, toVisible } from '../profile/model/text.ts'
import { describeMapProblems, SourceMaps } from '../profile/source/source-map.ts'
import { Sources } from '../profile/source/sources.ts'
import { openPage } from './shared/open-page.ts'
import { addPageOptions, addPlainFormatOptions, type PlainFormatFlags } from './shared/options.ts'
import { describeFacts, describeLosses, sumFacts } from './shared/profiles/foreign-profile.ts'
import { type NamedProfile, openFiles } from './shared/profiles/profile-files.ts'

const SHOWN_FUNCTIONS = 20
/** Where one profile is so many times as long as the other, only shares can be compared. */
const UNEQUAL_LENGTHS = 2
const HELP = `
Examples:
  $ npx flamegate diff before.cpuprofile after.cpuprofile    whose share or time moved, and the differential page
  $ npx flamegate diff monday.pb.gz today.pb.gz --json       the same for a program`

interface DiffFlags extends DisclosureFlags, PlainFormatFlags {
  readonly open: boolean
}

/** `flamegate diff <before> <after>`: which functions cost another share, or another time, in the second profile. */
export function defineDiff(command: Command): Command {
  return addPlainFormatOptions(addPageOptions(command), 'what moved')
    .argument('<before>', 'a profile of any readable format, or a folder of them')
    .argument('<after>', 'one of the same kind')
    .addHelpText('after', HELP)
    .action(diff)
}

/** One side of the comparison. */
interface DiffInput {
  readonly name: string
  readonly kind: NamedProfile['kind']
  readonly profile: CpuProfile
  readonly facts: string
  readonly losses: string
  readonly problems: readonly string[]
  readonly total: number
}

async function diff(before: string, after: string, flags: DiffFlags): Promise<void> {
  const root = process.cwd()
  const maps = new SourceMaps()
  const files = { baseline: await openFiles([before]), candidate: await openFiles([after]) }
  const brought = [files.baseline, files.candidate].flatMap(({ profiles }) => profiles)
  for (const map of brought.flatMap(({ maps = [] }) => maps)) maps.add(map)
  const kind = commonKind(files.baseline.profiles, files.candidate.profiles)
  const inputs = {
    baseline: readInput(before, kind, files.baseline, maps),
    candidate: readInput(after, kind, files.candidate, maps),
  }
  const sides = { baseline: inputs.baseline.profile, candidate: inputs.candidate.profile }
  const identify = identifyIn(sides)
  const functions = compareProfiles(sides, identify)
  const graph = graphOf(inputs, functions, identify, { root, flags })
  const page = join((await openRunFolder(root)).directory, 'flamegraph.html')
  await writeWhole(
    page,
    await renderPage({ title: `flamegate diff ${inputs.candidate.name}`, graphs: [graph] }),
  )
  const notMapped = describeMapProblems(maps.problems, (url) => shortenUrl(url, root))
  for (const problem of [inputs.baseline, inputs.candidate].flatMap(({ problems }) => problems))
    process.stderr.write(`${toVisible(problem)}\n`)
  const shown = { inputs, functions, notMapped, page, root }
  process.stdout.write(RENDERERS[flags.format](shown))
  if (flags.open && flags.format === 'text') await openPage(page)
}

/** @throws FlamegateError 'bad-profile' where one has time and the other memory */
function commonKind(before: readonly NamedProfile[], after: readonly NamedProfile[]): NamedProfile['kind'] {
  const kinds = (['cpu', 'heap'] as const).filter((kind) =>
    [before, after].every((profiles) => profiles.some((profile) => profile.kind === kind)),
  )
  const [kind] = kinds
  if (kind !== undefined) return kind
  throw new FlamegateError(
    'bad-profile',
    'one is a CPU profile and the other a heap profile: they have nothing in common',
    {
      hint: 'compare two of one kind',
    },
  )
}

function readInput(
  name: string,
  kind: NamedProfile['kind'],
  { profiles, problems }: Awaited<ReturnType<typeof openFiles>>,
  maps: SourceMaps,
): DiffInput {
  if (kind === 'heap') {
    const heaps = profiles.flatMap((opened) => (opened.kind === 'heap' ? [opened] : []))
    const heap = mergeHeaps(heaps.map(({ heap }) => heap))
    const profile = heapAsProfile({
      ...heap,
      tree: { ...heap.tree, frames: mapFrames(heap.tree.frames, maps) },
    })
    const total = sumOf(heap.selfBytes)
    const losses = describeLosses(heaps.flatMap(({ losses }) => losses))
    return { name, kind, profile, total, facts: `${formatBytes(total)} in use; sampled`, losses, problems }
  }
  const prepared = profiles.flatMap((opened) =>
    opened.kind === 'cpu' ? [prepareForeign(opened.profile, opened.losses, maps)] : [],
  )
  const facts = prepared.length === 1 ? prepared[0]!.facts : sumFacts(prepared)
  return {
    name,
    kind,
    profile: mergeProfiles(prepared.map(({ profile }) => profile)),
    total: facts.busyUs,
    facts: describeFacts(facts),
    losses: describeLosses(prepared.flatMap(({ losses }) => losses)),
    problems,
  }
}

interface PageContext {
  readonly root: string
  readonly flags: DisclosureFlags
}

function graphOf(
  { baseline, candidate }: Both<DiffInput>,
  functions: readonly MovedFunction[],
  identify: Identify,
  { root, flags }: PageContext,
): Graph {
  const byKey = new Map(functions.map((fn) => [fn.key, fn]))
  const unit: Unit = baseline.kind === 'heap' ? 'bytes' : 'ns'
  const scale = unit === 'ns' ? 1000 : 1
  const bySharesOnly = haveUnequalLengths(baseline, candidate)
  const side = ({ profile, total }: DiffInput): DiffSide => ({
    profiles: [
      { profile, places: Array.from(profile.ticks.line, (line) => ({ kind: 'unknown', line }) as const) },
    ],
    sources: new Sources([]),
    total: (bySharesOnly ? candidate.total : total) * scale,
    ...discloseBelow(root, flags),
    factsOf: () => ({ callsPerOp: null, bytesPerOp: null }),
  })
  const length = bySharesOnly
    ? 'their lengths differ, so the first is drawn as if it were as long as the second; '
    : ''
  return toDiffGraph(side(baseline), side(candidate), {
    id: `${baseline.name} → ${candidate.name}`,
    note: `before: ${baseline.facts}; after: ${candidate.facts}; ${[baseline.losses, candidate.losses]
      .filter(Boolean)
      .map((losses) => `${losses}; `)
      .join('')}${length}${CAVEAT}`,
    unit,
    names: { baseline: baseline.name, candidate: candidate.name },
    identify,
    diffOf: (key) => {
      const { change = 'same', noise } = byKey.get(key) ?? {}
      const self = bySharesOnly ? (noise?.share ?? 0) * candidate.total : (noise?.self ?? 0)
      return { change, noise: self * scale }
    },
    blame: { sentence: '', unexplained: 0, rows: [] },
  })
}

function haveUnequalLengths(baseline: DiffInput, candidate: DiffInput): boolean {
  const ratio = candidate.total / baseline.total
  return !(ratio < UNEQUAL_LENGTHS && ratio > 1 / UNEQUAL_LENGTHS)
}

/** Of profiles of unequal lengths every time moved, and only shares say anything. */
function movedOf(
  { baseline, candidate }: Both<DiffInput>,
  functions: readonly MovedFunction[],
): MovedFunction[] {
  const bySharesOnly = haveUnequalLengths(baseline, candidate)
  return functions.filter(({ selfMoved, shareMoved }) => shareMoved || (selfMoved && !bySharesOnly))
}

const CAVEAT =
  'two single profiles cannot prove a change: runs of the same code differ, and nothing says that both did the same work on an equally fast machine'

interface ShownDiff {
  readonly inputs: Both<DiffInput>
  readonly functions: readonly MovedFunction[]
  readonly notMapped: string
  readonly page: string
  readonly root: string
}

const RENDERERS = { text: renderText, json: renderJson, agent: renderForAgent }

function renderText({
  inputs: { baseline, candidate },
  functions,
  notMapped,
  page,
  root,
}: ShownDiff): string {
  const moved = movedOf({ baseline, candidate }, functions)
  const format = baseline.kind === 'heap' ? formatBytes : formatSpan
  const rows = moved.slice(0, SHOWN_FUNCTIONS).map((fn) => describeMove(fn, format, root))
  const rest = functions.length - moved.length
  const lines = [
    `before ${shownName(baseline.name)}: ${baseline.facts}`,
    ...(baseline.losses === '' ? [] : [baseline.losses]),
    `after ${shownName(candidate.name)}: ${candidate.facts}`,
    ...(candidate.losses === '' ? [] : [candidate.losses]),
    '',
    ...(moved.length === 0
      ? ['no function’s share or time moved by more than the noise of sampling']
      : [`share of ${baseline.kind === 'heap' ? 'bytes' : 'busy time'}, self cost, function`, ...rows]),
    ...(moved.length > rows.length ? [`and ${moved.length - rows.length} more`] : []),
    ...(rest > 0 && moved.length > 0
      ? [`inside the noise of sampling: ${formatCounted(rest, 'more function')}`]
      : []),
    ...(haveUnequalLengths(baseline, candidate)
      ? ['one is more than twice as long as the other: only shares are compared']
      : []),
    '',
    `${CAVEAT}.`,
    'What can: npx flamegate compare <ref> measures both versions in turns on one machine.',
    ...(notMapped === '' ? [] : [toVisible(notMapped)]),
    `flamegraph: ${page}`,
  ]
  return `${lines.join('\n')}\n`
}

function describeMove(
  { frame, baseline, candidate, change }: MovedFunction,
  format: (cost: number) => string,
  root: string,
): string {
  const points = (candidate.share - baseline.share) * 100
  const sign = points < 0 ? '−' : '+'
  const file = shownPath(shownFile(frame, (url) => shortenUrl(url, root)))
  const place = file === '' ? '' : `  ${file}${frame.line === 0 ? '' : `:${frame.line}`}`
  const shares = `${formatShare(baseline.share)} → ${formatShare(candidate.share)}`
  const costs = `${format(baseline.self)} → ${format(candidate.self)}`
  const mark = change === 'new' ? '  not seen before' : change === 'gone' ? '  not seen any more' : ''
  return `${`${sign}${Math.abs(points).toFixed(1)}`.padStart(6)} points  ${shares.padEnd(17)}  ${costs.padEnd(20)}  ${shownName(frame.functionName) || '(anonymous)'}${place}${mark}`
}

function renderJson({ inputs, functions, notMapped, page, root }: ShownDiff): string {
  const side = ({ name, facts, losses, total }: DiffInput) => ({ name, summary: facts, losses, total })
  const moved = movedOf(inputs, functions)
  return `${JSON.stringify(
    {
      kind: inputs.baseline.kind,
      unit: inputs.baseline.kind === 'heap' ? 'bytes' : 'microseconds',
      before: side(inputs.baseline),
      after: side(inputs.candidate),
      functions: moved.map(({ frame, baseline, candidate, change, noise }) => ({
        name: frame.functionName,
        file: shownFile(frame, (url) => shortenUrl(url, root)),
        line: frame.line,
        before: baseline,
        after: candidate,
        change,
        noise,
      })),
      insideNoise: functions.length - moved.length,
      caveat: CAVEAT,
      notMapped,
      page,
    },
    null,
    2,
  )}\n`
}

function renderForAgent({ inputs, functions, notMapped, page, root }: ShownDiff): string {
  const { baseline, candidate } = inputs
  const moved = movedOf(inputs, functions)
  const format = baseline.kind === 'heap' ? formatBytes : formatSpan
  return renderFacts([
    ['before', `${shownName(baseline.name)}: ${baseline.facts}`],
    ['after', `${shownName(candidate.name)}: ${candidate.facts}`],
    ...moved.slice(0, SHOWN_FUNCTIONS).map((fn): Fact => ['moved', describeMove(fn, format, root).trim()]),
    ['moved-in-all', String(moved.length)],
    ['inside-noise', String(functions.length - moved.length)],
    ...(notMapped === '' ? [] : [['not-mapped', notMapped] as Fact]),
    ['caveat', CAVEAT],
    ['page', page],
    ['next', typed('npm run perf:compare -- HEAD')],
  ])
}
