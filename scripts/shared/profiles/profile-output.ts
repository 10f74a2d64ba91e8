// What `flamegate profile` prints.
import type { ProfileOutcome } from '../../../perf/profiling/profile-scenario.ts'
import { type Fact, renderFacts } from '../../../perf/report/parts/facts.ts'
import { describeHotFunction, describeWaiting } from '../../../perf/report/parts/hot.ts'
import { withVisibleNames } from '../../../perf/report/parts/visible.ts'
import type { DiscoveredScenario } from '../../../perf/suite/load.ts'
import type { BackendName } from '../../../profile/backends/backend.ts'
import type { Graph } from '../../../profile/flamegraph/data.ts'
import { workspaceUrl } from '../../../profile/model/file-url.ts'
import {
  formatBytes,
  formatDuration,
  formatPercent,
  formatSpan,
  formatTime,
} from '../../../profile/model/format.ts'
import { sumOf } from '../../../profile/model/sum.ts'
import { shownName, shownPath } from '../../../profile/model/text.ts'
import type { PlainFormatFlags } from '../options.ts'

/** One scenario by one profiler. */
export interface ProfiledJob {
  readonly backend: BackendName
  readonly id: string
  readonly outcome: ProfileOutcome
  readonly elapsedMs: number
}

/** A page or an export. */
export interface WrittenFile {
  readonly what: string
  readonly path: string
}

/** What was asked for, what came of it, and what was written. */
interface Profiled {
  readonly done: readonly ProfiledJob[]
  readonly scenarios: readonly DiscoveredScenario[]
  readonly files: readonly WrittenFile[]
  readonly root: string
}

const SHOWN_FUNCTIONS = 10

export function renderProfiled(profiled: Profiled, format: PlainFormatFlags['format']): string {
  switch (format) {
    case 'text':
      return renderAsText(profiled)
    case 'json':
      return `${JSON.stringify(toPlainData(profiled), null, 2)}\n`
    case 'agent':
      return renderFacts(toFacts(profiled))
    default:
      return format satisfies never
  }
}

/** All functions; of what other tools found, what they say of it. */
function toPlainData({ done, scenarios, files, root }: Profiled): object {
  return {
    profiles: done.map(({ id, backend, outcome, elapsedMs }) => ({
      ...{ id, backend, elapsedMs: Math.round(elapsedMs), kind: outcome.kind },
      ...(outcome.kind === 'cpu' && {
        functions: outcome.functions.map(({ url, ...row }) => ({ ...row, file: workspaceUrl(url, root) })),
        waitingNsPerOp: outcome.waitingNs,
        problems: outcome.problems,
      }),
      ...(outcome.kind !== 'cpu' && { said: describeOutcome(outcome, root) }),
    })),
    skipped: scenarios.flatMap(({ scenario, skipReason }) =>
      skipReason === undefined ? [] : [{ id: scenario.id, reason: skipReason }],
    ),
    files,
  }
}

function toFacts({ done, scenarios, files, root }: Profiled): Fact[] {
  return [
    ...done.flatMap(({ id, outcome }): Fact[] =>
      outcome.kind === 'cpu'
        ? hottestOf(outcome, root).map(({ functionName, line, selfShare, selfNsPerOp, file }): Fact => {
            const place = file === '' ? '' : ` ${file}:${line}`
            return [
              'hot',
              `${id}: ${formatPercent(selfShare.value)} ${formatTime(selfNsPerOp.value)}/op ${functionName}${place}`,
            ]
          })
        : describeOutcome(outcome, root).map((line): Fact => [outcome.kind, `${id}: ${line}`]),
    ),
    ...scenarios.flatMap(({ scenario, skipReason }): Fact[] =>
      skipReason === undefined ? [] : [['skipped', `${scenario.id}: ${skipReason}`]],
    ),
    ...files.map(({ what, path }): Fact => [what, path]),
  ]
}

/** The functions that are shown, with names that can be. */
function hottestOf({ functions }: Extract<ProfileOutcome, { kind: 'cpu' }>, root: string) {
  return functions
    .slice(0, SHOWN_FUNCTIONS)
    .map(({ url, ...row }) => withVisibleNames({ ...row, file: workspaceUrl(url, root) }))
}

function renderAsText({ done, scenarios, files, root }: Profiled): string {
  const skipped = scenarios.flatMap(({ scenario, skipReason }) =>
    skipReason === undefined ? [] : [`${scenario.id} skipped: ${skipReason}`],
  )
  const told = done.flatMap(({ backend, id, outcome, elapsedMs }) => [
    `${id} by ${backend} (${formatDuration(elapsedMs)})`,
    ...describeOutcome(outcome, root).map((line) => `  ${line}`),
    '',
  ])
  const written = files.map(({ what, path }) => `${what}: ${path}\n`)
  return `${[...told, ...skipped, ''].join('\n')}${written.join('')}`
}

function describeOutcome(outcome: ProfileOutcome, root: string): string[] {
  switch (outcome.kind) {
    case 'cpu': {
      return [
        ...hottestOf(outcome, root).map(describeHotFunction),
        ...(outcome.waitingNs > 0 ? [describeWaiting(outcome.waitingNs)] : []),
        ...describeThreads(outcome.threads),
        ...outcome.problems,
      ]
    }
    case 'heap': {
      return describeHeap(outcome.graph)
    }
    case 'failed':
      return [`failed: ${outcome.reason}`]
    case 'tool':
      return [describeTool(outcome)]
    default:
      return outcome satisfies never
  }
}

/** The functions that cost most, the measured code's own apart from the others. */
function describeGraph({ frames, nodeFrame, nodeSelf }: Graph, format: (cost: number) => string): string[] {
  const costs = new Float64Array(frames.length)
  for (const [node, frame] of nodeFrame.entries()) costs[frame]! += nodeSelf[node]!
  const ranked = frames
    .map((frame, i) => ({ ...frame, cost: costs[i]! }))
    .filter((frame) => frame.cost > 0 && frame.category !== 'harness')
    .sort((a, b) => b.cost - a.cost)
  const own = ranked.filter(({ category }) => category === 'app' || category === 'dependency')
  const others = ranked.filter((frame) => !own.includes(frame))
  const line = ({ name, file, line, cost }: (typeof ranked)[number]) =>
    `${format(cost).padStart(9)}  ${shownName(name)}  ${shownPath(file)}${line === 0 ? '' : `:${line}`}`
  return [...own.slice(0, SHOWN_FUNCTIONS).map(line), ...others.slice(0, 3).map(line)]
}

/** What is still in use, and who allocated it. */
function describeHeap(graph: Graph): string[] {
  return [`${formatBytes(sumOf(graph.nodeSelf))} in use at the end`, ...describeGraph(graph, formatBytes)]
}

function describeThreads(graph: Graph | undefined): string[] {
  if (graph === undefined) return []
  return [graph.note, ...describeGraph(graph, (ns) => formatSpan(ns / 1000)).map((line) => `  ${line}`)]
}

function describeTool({ result, bytes }: Extract<ProfileOutcome, { kind: 'tool' }>): string {
  switch (result.kind) {
    case 'done': {
      const names = result.functions.slice(0, 5).join(', ')
      return `${formatBytes(bytes)}${names === '' ? '' : `, names ${names}${result.functions.length > 5 ? ', …' : ''}`}`
    }
    case 'empty':
      return `empty: ${result.reason} (${formatBytes(bytes)})`
    case 'failed':
      return `failed: ${result.reason}`
    case 'missing':
      return `skipped: it is not installed (${result.hint})`
    default:
      return result satisfies never
  }
}
