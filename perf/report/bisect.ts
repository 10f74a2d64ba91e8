// A bisection in words.
import { formatChange, formatCounted, formatPercent, formatRatio } from '../../profile/model/format.ts'
import type { BisectEvent } from '../bisect/bisect.ts'
import type { BisectOutcome, BisectResult, Finding, TestedCommit } from '../bisect/result.ts'
import { type Commit, shortHash } from '../git/commit.ts'
import type { ScenarioDescription } from '../suite/scenario.ts'
import { costTitle } from '../verdict/cost.ts'
import { onOneLine } from './parts/words.ts'

type Named = Pick<ScenarioDescription, 'id' | 'kind'>

/** One line for what a bisection tells while it goes on. */
export function describeEvent(event: BisectEvent, { id, kind }: Named): string {
  switch (event.kind) {
    case 'started': {
      const { good, bad, commits } = event.range
      return `bisect ${id}: ${formatCounted(commits, 'commit')} from good ${shortHash(good.hash)} to bad ${shortHash(bad.hash)}; measuring bad beside good`
    }
    case 'established': {
      const { ratio, pairs, threshold } = event.change
      const side = ratio.value > 1 ? 'above' : 'below'
      return `${costTitle(kind)} ${formatRatio(ratio)} in ${pairs} pairs; a commit is bad ${side} ${formatChange(threshold! - 1)}`
    }
    case 'testing':
      return `${name(event.commit)}; ${event.stepsLeft === 0 ? 'the last step' : `roughly ${formatCounted(event.stepsLeft, 'step')} after it`}`
    case 'tested':
      return `${shortHash(event.tested.commit.hash)} ${describeTest(event.tested)}`
    default:
      return event satisfies never
  }
}

function describeTest(tested: TestedCommit): string {
  if (tested.kind === 'skipped') return `skipped: ${shorten(tested.reason)}`
  const doubt = tested.isClear ? '' : ', not clear'
  if (tested.sameCodeAs !== null) return `${tested.kind}: it runs the code of ${shortHash(tested.sameCodeAs)}`
  return `${tested.kind}: ${formatRatio(tested.ratio)} against good, ${tested.pairs} pairs${doubt}`
}

/** What a bisection found, for people. */
export function renderBisect(result: BisectResult, scenario: Named): string {
  return `${[...describeOutcome(result.outcome, result, scenario), ...notesOn(result)].join('\n')}\n`
}

function describeOutcome(outcome: BisectOutcome, result: BisectResult, { id, kind }: Named): string[] {
  const { change, tested } = result
  const direction = change.ratio.value > 1 ? 'slower' : 'faster'
  switch (outcome.kind) {
    case 'found':
      return [
        `first commit that made ${id} ${direction}:`,
        '',
        ...describeFinding(outcome.finding, result, costTitle(kind)),
      ]
    case 'only-skipped': {
      const reasons = new Map(
        tested.map((one) => [
          one.commit.hash,
          one.kind === 'skipped' ? `  skipped: ${shorten(one.reason)}` : '',
        ]),
      )
      return [
        `${id} became ${direction} in one of these commits; all but the first were skipped, so that nothing tells which:`,
        '',
        ...outcome.commits.map((commit) => `  ${name(commit)}${reasons.get(commit.hash) ?? ''}`),
      ]
    }
    case 'no-change':
      if (change.pairs === 0) return [`nothing to bisect: ${id} runs the same code in both`]
      return [
        `nothing to bisect: ${costTitle(kind)} of ${id} is the same in both, as far as ${change.pairs} pairs can tell: ${formatRatio(change.ratio)}`,
        `a change of ${formatChange(change.minimumDetectableEffect - 1)} would have been seen with a power of 80 %`,
      ]
    default:
      return outcome satisfies never
  }
}

/** More are left to `git show`. */
const SHOWN_FILES = 30

function describeFinding(finding: Finding, { range, change }: BisectResult, cost: string): string[] {
  const { commit, parent, ratio, parentRatio, step, share, files } = finding
  const rest = files.length - SHOWN_FILES
  const part = share === null ? '' : `, ${formatPercent(share)} of the whole change`
  const ofParent = parentRatio === null ? 'not measured' : formatRatio(parentRatio)
  return [
    `  ${commit.hash}`,
    `  ${commit.authorDate}`,
    `  ${commit.subject}`,
    '',
    step === null ? cost : `${cost}: ${formatRatio(step)} against its parent${part}`,
    `  parent ${shortHash(parent.hash)} against good  ${parent.hash === range.good.hash ? 'it is the good one' : ofParent}`,
    `  commit ${shortHash(commit.hash)} against good  ${formatRatio(ratio)}`,
    `  bad    ${shortHash(range.bad.hash)} against good  ${formatRatio(change.ratio)}`,
    '',
    'files that it changes',
    ...files.slice(0, SHOWN_FILES).map((file) => `  ${shorten(file)}`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ]
}

/** Below this share, other commits matter too. */
const MOST_OF_IT = 0.75

function notesOn({ outcome, tested, range }: BisectResult): string[] {
  const skipped = tested.filter(({ kind }) => kind === 'skipped').length
  const unclear = tested.filter((one) => one.kind !== 'skipped' && !one.isClear).length
  const notes = outcome.kind === 'found' ? notesOnShare(outcome.finding, range) : []
  if (outcome.kind === 'found' && skipped > 0)
    notes.push(`skipped on the way: ${formatCounted(skipped, 'commit')}`)
  if (unclear > 0) {
    notes.push(
      `decided without being clear of the middle of the change: ${formatCounted(unclear, 'commit')}; try again on a quieter machine where that looks wrong`,
    )
  }
  return notes.length === 0 ? [] : ['', ...notes]
}

/** Where else to look, when it is not all of the change. */
function notesOnShare(
  { commit, parent, step, share }: Finding,
  { good, bad }: BisectResult['range'],
): string[] {
  if (step !== null && share === null)
    return ['what this commit alone changed could not be told from noise: it is the likeliest, not certain']
  if (share === null || share >= MOST_OF_IT) return []
  const ranges = [
    [good, parent],
    [commit, bad],
  ] as const
  const others = ranges.filter(([from, to]) => from.hash !== to.hash)
  const flags = others.map(([from, to]) => `--good ${shortHash(from.hash)} --bad ${shortHash(to.hash)}`)
  return flags.length === 0
    ? []
    : [`other commits changed it too; look for them by ${flags.join(', and by ')}`]
}

function name({ hash, subject }: Commit): string {
  return `${shortHash(hash)} ${subject}`
}

const LONGEST_REASON = 200

/** What a tool said, on one line that is not too long. */
function shorten(text: string): string {
  const line = onOneLine(text)
  return line.length <= LONGEST_REASON ? line : `${line.slice(0, LONGEST_REASON)}…`
}
