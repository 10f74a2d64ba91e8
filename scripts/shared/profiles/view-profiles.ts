// What is shown of profiles that were taken elsewhere: each one, and all of a kind as one.
import { type ForeignProfile, type ProfileFacts, prepareForeign } from '../../../profile/correct/foreign.ts'
import { mapFrames } from '../../../profile/correct/map-sources.ts'
import type { Graph } from '../../../profile/flamegraph/data.ts'
import { type DisclosureFlags, discloseBelow } from '../../../profile/flamegraph/disclosure.ts'
import { toGraph } from '../../../profile/flamegraph/graph.ts'
import { toHeapGraph } from '../../../profile/flamegraph/heap-graph.ts'
import { shortenUrl, shownFile } from '../../../profile/model/file-url.ts'
import { formatBytes, formatCounted } from '../../../profile/model/format.ts'
import { functionCosts } from '../../../profile/model/functions.ts'
import type { HeapTree } from '../../../profile/model/heap.ts'
import type { Loss } from '../../../profile/model/losses.ts'
import { mergeHeaps, mergeProfiles } from '../../../profile/model/merge.ts'
import type { CallTree, CpuProfile } from '../../../profile/model/model.ts'
import { selfTimeByNode } from '../../../profile/model/self-time.ts'
import { sumOf } from '../../../profile/model/sum.ts'
import type { SourceMaps } from '../../../profile/source/source-map.ts'
import { Sources } from '../../../profile/source/sources.ts'
import { describeFacts, describeLosses, nameOfAll, sumFacts } from './foreign-profile.ts'
import type { NamedProfile } from './profile-files.ts'
import type { ViewedFunction } from './viewed-function.ts'

/** One profile, or all of one kind. */
export interface Viewed {
  readonly kind: NamedProfile['kind']
  readonly name: string
  readonly summary: string
  /** Of time alone. */
  readonly facts?: ProfileFacts
  /** What was left out or cut, in one line; empty where nothing was. */
  readonly losses: string
  /** Every function with any cost of its own or of its callees, the one with the most self cost first. */
  readonly functions: readonly ViewedFunction[]
  readonly graph: Graph
  /** Of time alone. */
  readonly profile?: CpuProfile
}

/** Where a page is made, and what it may say. */
export interface ViewContext {
  readonly root: string
  readonly flags: DisclosureFlags
  /** What all that is profiled was done for, where that is known: costs are shares of its CPU time then, per op. */
  readonly work?: Work
}

/** Ops that were done while it was profiled. */
export interface Work {
  readonly ops: number
  /** User and system time, for all of them. */
  readonly cpuUs: number
}

/** A profile to be viewed. */
export type ProfileToView = NamedProfile & {
  /** The functions of its program, as it ran them, where they are known. */
  readonly ranFunctions?: Sources | undefined
}

/** What all of a kind have in common before each of them, where there are several. */
export function viewProfiles(
  profiles: readonly ProfileToView[],
  maps: SourceMaps,
  context: ViewContext,
): Viewed[] {
  for (const map of profiles.flatMap(({ maps = [] }) => maps)) maps.add(map)
  const cpu = profiles.flatMap((opened) => {
    if (opened.kind !== 'cpu') return []
    const { name, losses, ranFunctions } = opened
    const told = toldApart(opened, profiles.length > 1)
    return [{ name, ranFunctions, ...prepareForeign(told, losses, maps, ranFunctions) }]
  })
  const heap = profiles.flatMap((opened) => {
    if (opened.kind !== 'heap') return []
    return [{ name: opened.name, heap: mapHeap(opened.heap, maps), losses: opened.losses }]
  })
  return [
    ...allAndEach(cpu, (some, name) => viewCpu(some, name, context, scaleOfWork(cpu, context))),
    ...allAndEach(heap, (some, name) => viewHeap(some, name, context)),
  ]
}

function allAndEach<T extends { readonly name: string }>(
  list: readonly T[],
  view: (some: readonly T[], name: string) => Viewed,
): Viewed[] {
  const each = list.map((one) => view([one], one.name))
  return list.length < 2 ? each : [view(list, nameOfAll(list.length)), ...each]
}

/** Scripts without a file are numbered by process. */
function toldApart(
  { profile, name }: NamedProfile & { readonly kind: 'cpu' },
  isOneOfSeveral: boolean,
): CpuProfile {
  if (!isOneOfSeveral) return profile
  const frames = profile.frames.map((frame) =>
    frame.script === undefined ? frame : { ...frame, script: `${frame.script} of ${name}` },
  )
  return { ...profile, frames }
}

function mapHeap({ tree, selfBytes }: HeapTree, maps: SourceMaps): HeapTree {
  return { tree: { ...tree, frames: mapFrames(tree.frames, maps) }, selfBytes }
}

/** What a busy microsecond is worth: itself, or its part of an op. */
function scaleOfWork(profiles: readonly ForeignProfile[], { work }: ViewContext): number {
  const busyUs = sumOf(profiles.map(({ profile }) => sumOf(profile.sampleUs)))
  return work === undefined || busyUs === 0 ? 1 : work.cpuUs / work.ops / busyUs
}

const INLINING = 'without the program’s coverage, inlined functions stay part of their callers'

function viewCpu(
  profiles: readonly (ForeignProfile & Pick<ProfileToView, 'ranFunctions'>)[],
  name: string,
  { root, flags, work }: ViewContext,
  scale: number,
): Viewed {
  const facts = profiles.length === 1 ? profiles[0]!.facts : sumFacts(profiles)
  const summary = describeFacts(facts)
  const losses = describeLosses(profiles.flatMap(({ losses }) => losses))
  const shares = work === undefined ? 'shares are of busy time' : 'costs are shares of CPU time'
  const inlining = profiles.every(({ ranFunctions }) => ranFunctions !== undefined) ? '' : INLINING
  const profile = mergeProfiles(profiles.map(({ profile }) => profile))
  const self = selfTimeByNode(profile).map((us) => us * scale)
  const graph = toGraph(profiles, {
    id: name,
    note: [summary, losses, shares, inlining].filter((part) => part !== '').join('; '),
    total: sumOf(self) * 1000,
    unit: work === undefined ? 'ns' : 'ns/op',
    ...discloseBelow(root, flags),
    factsOf: () => ({ callsPerOp: null, bytesPerOp: null }),
    sources: new Sources([]),
  })
  const functions = viewFunctions(profile, self, root)
  return { kind: 'cpu', name, summary, facts, losses, functions, graph, profile }
}

function viewHeap(
  profiles: readonly { readonly heap: HeapTree; readonly losses: readonly Loss[] }[],
  name: string,
  { root, flags }: ViewContext,
): Viewed {
  const { tree, selfBytes } = mergeHeaps(profiles.map(({ heap }) => heap))
  const losses = describeLosses(profiles.flatMap(({ losses }) => losses))
  const functions = viewFunctions(tree, selfBytes, root)
  const allocators = functions.filter(({ self }) => self > 0).length
  const summary = `${formatBytes(sumOf(selfBytes))} in use, allocated by ${formatCounted(allocators, 'function')}; sampled`
  const note = ['bytes in use, by who allocated them; sampled', losses].filter((part) => part !== '')
  const { shorten } = discloseBelow(root, flags)
  const graph = toHeapGraph({ tree, selfBytes }, { id: name, note: note.join('; '), shorten })
  return { kind: 'heap', name, summary, losses, functions, graph }
}

function viewFunctions(tree: CallTree, self: Float64Array, root: string): ViewedFunction[] {
  const sum = sumOf(self)
  return functionCosts(tree, self).map(({ frame: index, self, total }) => {
    const frame = tree.frames[index]!
    const file = shownFile(frame, (url) => shortenUrl(url, root))
    const share = sum === 0 ? 0 : self / sum
    return { name: frame.functionName || '(anonymous)', file, line: frame.line, self, total, share }
  })
}
