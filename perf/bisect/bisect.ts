// A bisection from its request to its result: establish the change, then test commits.
import { FlamegateError, messageOf } from '../errors.ts'
import { type Commit, readCommitFacts, shortHash } from '../git/commit.ts'
import { type CommitRange, resolveRange } from '../git/commit-range.ts'
import type { OpenVersion, VersionOpener } from '../git/version.ts'
import type { CodeReader, ScenarioCode } from '../identity/scenario-code.ts'
import { pairLooksOf } from '../run/durations.ts'
import type { PairRunner } from '../run/methods/pair.ts'
import type { Interval } from '../stats/interval.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { hasChanged } from '../verdict/cost.ts'
import {
  type CommitMark,
  decideMark,
  isKnown,
  type MarkDecision,
  testConfidence,
  testLooksOf,
  thresholdOf,
} from './decision.ts'
import { readFinding } from './finding.ts'
import { type Bisection, type BisectionState, startBisection } from './git-bisection.ts'
import { measureInLooks } from './measure.ts'
import type { BisectOutcome, BisectResult, Change, TestedCommit } from './result.ts'
import { Twins } from './twins.ts'

/** What a bisection is asked for. */
export interface BisectRequest {
  readonly root: string
  /** As the working tree has it: its perf file measures every commit. */
  readonly discovered: DiscoveredScenario
  /** Commits, tags or branches; the good one is an ancestor of the bad one. */
  readonly good: string
  readonly bad: string
  readonly isQuick: boolean
  /** Of a run in lockstep, which establishes the change. */
  readonly forks: number
  /** Overrides how long a pair may take, ms. */
  readonly timeoutMs: number | undefined
}

/** What a bisection needs from outside; tests bring their own. */
export interface BisectSeams {
  readonly openVersion: VersionOpener
  readonly readCode: CodeReader
  readonly runPair: PairRunner
  readonly signal: AbortSignal
  onEvent(event: BisectEvent): void
}

/** What a bisection tells while it goes on. */
export type BisectEvent =
  | { readonly kind: 'started'; readonly range: CommitRange }
  | { readonly kind: 'established'; readonly change: Change }
  | { readonly kind: 'testing'; readonly commit: Commit; readonly stepsLeft: number }
  | { readonly kind: 'tested'; readonly tested: TestedCommit }

/**
 * Finds the first commit after `good` that made a scenario slower (or faster, where `bad` is) by `git bisect`: each commit
 * to test takes turns with the good version, and is bad where it lies beyond the middle of the change. Commits that cannot
 * be tested are skipped. Nothing is left behind.
 * @throws FlamegateError 'no-commit', 'bad-option' where the commits are no range, or what is wrong with either of them;
 *   the signal's reason
 */
export async function bisect(request: BisectRequest, seams: BisectSeams): Promise<BisectResult> {
  const { root, discovered } = request
  const range = await resolveRange(root, request.good, request.bad)
  seams.onEvent({ kind: 'started', range })
  const reference = await ofEnd('good', range.good, () =>
    seams.openVersion(root, discovered, range.good.hash, seams.signal),
  )
  const twins = new Twins<Fact>(seams.readCode, root)
  try {
    twins.add(await readCode(twins, reference, request, seams), {
      kind: 'good',
      ratio: NO_CHANGE,
      isClear: true,
      of: range.good.hash,
    })
    const change = await establishChange({ reference, bad: range.bad, twins, request, seams })
    if (change.threshold === null) return { range, change, tested: [], outcome: { kind: 'no-change' } }
    seams.onEvent({ kind: 'established', change })
    const bisection = await startBisection(root, range.good.hash, range.bad.hash)
    try {
      const { tested, end } = await search({ bisection, reference, change, twins, request, seams })
      const known = { range, change, tested }
      return { ...known, outcome: await readEnd(end, known, root) }
    } finally {
      await bisection.end()
    }
  } finally {
    await reference.close()
  }
}

/** The good version against itself. */
const NO_CHANGE: Interval = { low: 1, value: 1, high: 1 }

/** What is known of a version, and of any other with its code. */
interface Fact extends MarkDecision {
  readonly ratio: Interval
  /** Its commit. */
  readonly of: string
}

/** Longest time to count what a version does, where the command line does not say, ms. */
const COUNT_MS = 30_000

function readCode(
  twins: Twins<Fact>,
  version: OpenVersion,
  { timeoutMs }: BisectRequest,
  { signal }: BisectSeams,
): Promise<ScenarioCode | undefined> {
  return twins.read(version, timeoutMs ?? COUNT_MS, signal)
}

/** A bisection while it goes on. */
interface Search {
  readonly bisection: Bisection
  /** The good version. */
  readonly reference: OpenVersion
  readonly change: Change
  readonly twins: Twins<Fact>
  readonly request: BisectRequest
  readonly seams: BisectSeams
}

type End = Exclude<BisectionState, { kind: 'open' }>

async function search(run: Search): Promise<{ tested: TestedCommit[]; end: End }> {
  const { bisection, request, seams } = run
  const tested: TestedCommit[] = []
  let tests: number | undefined
  for (;;) {
    seams.signal.throwIfAborted()
    const state = await bisection.state()
    if (state.kind !== 'open') return { tested, end: state }
    tests ??= state.stepsLeft + 1
    const commit = await readCommitFacts(request.root, state.commit)
    seams.onEvent({ kind: 'testing', commit, stepsLeft: state.stepsLeft })
    const result = await testCommit(commit, tests, run)
    seams.onEvent({ kind: 'tested', tested: result })
    tested.push(result)
    await bisection.mark(result.kind === 'skipped' ? 'skip' : result.kind, commit.hash)
  }
}

async function readEnd(
  end: End,
  known: Pick<BisectResult, 'range' | 'change' | 'tested'>,
  root: string,
): Promise<BisectOutcome> {
  if (end.kind === 'found') return { kind: 'found', finding: await readFinding(root, end.commit, known) }
  const commits = await Promise.all(end.commits.map((hash) => readCommitFacts(root, hash)))
  return { kind: 'only-skipped', commits }
}

/** @param tests how many there will be, about */
async function testCommit(commit: Commit, tests: number, run: Search): Promise<TestedCommit> {
  const { request, seams, reference, change, twins } = run
  const { discovered, isQuick, timeoutMs } = request
  const version = await openOrSkip(commit, request, seams)
  if (version.kind === 'skipped') return version
  try {
    const code = await readCode(twins, version.open, request, seams)
    const twin = twins.find(code)
    if (twin !== undefined) {
      const { of: sameCodeAs, ...known } = twin
      return { ...known, commit, pairs: 0, sameCodeAs }
    }
    const looks = testLooksOf(discovered.scenario.kind, isQuick)
    const outcome = await measureInLooks(
      { baseline: reference.discovered, candidate: version.open.discovered },
      { looks, confidence: testConfidence(tests, looks.length), isQuick, timeoutMs },
      (ratio) => decideMark(ratio, change.ratio.value).isClear,
      seams,
    )
    if (outcome.kind === 'failed') return { kind: 'skipped', commit, reason: outcome.reason }
    const { ratio } = outcome.estimate
    const known = { ...decideMark(ratio, change.ratio.value), ratio }
    twins.add(code, { ...known, of: commit.hash })
    return { ...known, commit, pairs: outcome.pairs, sameCodeAs: null }
  } finally {
    await version.open.close()
  }
}

async function openOrSkip(
  commit: Commit,
  { root, discovered }: BisectRequest,
  { openVersion, signal }: BisectSeams,
): Promise<{ kind: 'open'; open: OpenVersion } | Extract<TestedCommit, { kind: 'skipped' }>> {
  try {
    return { kind: 'open', open: await openVersion(root, discovered, commit.hash, signal) }
  } catch (error) {
    signal.throwIfAborted()
    if (!isExpected(error)) throw error
    return { kind: 'skipped', commit, reason: messageOf(error) }
  }
}

/** What git, npm, or the commit itself is to blame for. */
function isExpected(error: unknown): boolean {
  return error instanceof FlamegateError || (error as NodeJS.ErrnoException).code !== undefined
}

/** Chance to see a change where there is none. */
const ESTABLISHING_ERROR = 0.05

/** @throws FlamegateError where the bad version cannot be measured */
async function establishChange({
  reference,
  bad,
  twins,
  request,
  seams,
}: Omit<Search, 'bisection' | 'change'> & { readonly bad: Commit }): Promise<Change> {
  const { root, discovered, isQuick, forks, timeoutMs } = request
  const version = await ofEnd('bad', bad, () => seams.openVersion(root, discovered, bad.hash, seams.signal))
  try {
    const code = await readCode(twins, version, request, seams)
    if (twins.find(code) !== undefined)
      return { ratio: NO_CHANGE, minimumDetectableEffect: 1, pairs: 0, threshold: null }
    const looks = pairLooksOf({ isQuick, forks }, 1)
    const outcome = await measureInLooks(
      { baseline: reference.discovered, candidate: version.discovered },
      { looks, confidence: 1 - ESTABLISHING_ERROR / looks.length, isQuick, timeoutMs },
      isKnown,
      seams,
    )
    if (outcome.kind === 'failed') {
      throw new FlamegateError(
        'bad-suite',
        `good and bad cannot be compared by ${discovered.scenario.id}: ${outcome.reason}`,
        { hint: 'name commits as --good and --bad at which the scenario runs' },
      )
    }
    const { ratio, minimumDetectableEffect } = outcome.estimate
    const threshold = hasChanged(ratio) ? thresholdOf(ratio.value) : null
    twins.add(code, { kind: 'bad', ratio, isClear: true, of: bad.hash })
    return { ratio, minimumDetectableEffect, pairs: outcome.pairs, threshold }
  } finally {
    await version.close()
  }
}

/** Says of a failure which end of the range it is of. */
async function ofEnd<T>(name: CommitMark, { hash }: Commit, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof FlamegateError)) throw cause
    throw new FlamegateError(
      cause.code,
      `the ${name} commit ${shortHash(hash)} cannot be measured: ${cause.message}`,
      { hint: cause.hint ?? `name another commit as --${name}, at which the scenario runs`, cause },
    )
  }
}
