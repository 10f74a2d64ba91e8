// Who made an op cost what it does: the sentence, and the functions behind it.
import {
  formatBytes,
  formatCalls,
  formatChange,
  formatPercent,
  formatPlace,
  formatTime,
} from '../../../profile/model/format.ts'
import { sumOf } from '../../../profile/model/sum.ts'
import type {
  BlamedFunction,
  BlameSummary,
  ChangedPackage,
  SuspectRow,
} from '../../profiling/blame-summary.ts'
import type { Report } from '../../results/report.ts'
import { columnLines } from './align.ts'

/** A scenario whose cost changed, with what was found out about it. */
export interface BlamedScenario {
  readonly id: string
  readonly blame: BlameSummary
}

/** The scenarios whose cost changed, the largest slow-down first. */
export function blamedScenarios({ scenarios }: Pick<Report, 'scenarios'>): BlamedScenario[] {
  return scenarios
    .flatMap((result) =>
      result.status === 'measured' && result.blame !== null ? [{ id: result.id, blame: result.blame }] : [],
    )
    .sort((a, b) => b.blame.ratio.value - a.blame.ratio.value)
}

/**
 * One sentence: what changed, by how much, where it shows, and whose change it is. `arrays/append.apply +38 % (+2.1 µs/op):
 * 96 % is deepClone (src/state.ts:9), now called 4× per op instead of 2×, by applyEvent (src/engine.ts:41, changed)`.
 */
export function describeBlame({ id, blame }: BlamedScenario): string {
  const { nsPerOp, ratio } = blame
  const change = `${formatChange(ratio.value - 1)} (${formatSignedTime(nsPerOp.candidate - nsPerOp.baseline)}/op)`
  return `${id} ${change}: ${describeCulprits(blame)}`
}

/** The sentence without what changed and by how much: who did it, or why nobody is named. */
export function describeCulprits(blame: BlameSummary): string {
  const { suspects, outcome } = blame
  if (outcome !== 'blamed') return describeNobody(blame)
  const [first, ...others] = suspects
  if (blame.reason !== null) return `${nameSuspect(first!)}: ${blame.reason}`
  const whole = explainedWhole(blame)
  const more = others.slice(0, 2).map((suspect) => {
    const { symptom } = suspect
    const what = symptom === null ? 'by' : `is ${symptom.functionName} under`
    return `${sharePart(suspect, whole)} ${what} ${nameSuspect(suspect)}`
  })
  return `${describeSuspect(first!, whole)}${more.length === 0 ? '' : `; ${more.join('; ')}`}`
}

/** Why nobody is named, and what would help. */
function describeNobody({ outcome, reason, cure, packages }: BlameSummary): string {
  if (outcome === 'unchanged-code' && packages.length > 0) {
    return `${reason}; of its packages ${packages.map(describePackage).join(', ')} changed`
  }
  return `${outcome === 'withheld' ? 'nobody is blamed: ' : ''}${reason}; ${cure}`
}

function describeSuspect(suspect: SuspectRow, whole: number): string {
  const { symptom, loop, selfNsPerOp, callsPerOp, deopts, deoptReason } = suspect
  if (symptom !== null) {
    const shown = `${sharePart(suspect, whole)} is ${symptom.functionName} (${formatPlace(symptom)})`
    const { baseline, candidate } = symptom.callsPerOp
    if (baseline !== null && candidate !== null && baseline !== candidate) {
      const instead = baseline === 0 ? ', and not at all before,' : ` instead of ${formatCalls(baseline)}×,`
      return `${shown}, now called ${formatCalls(candidate)}× per op${instead} by ${nameSuspect(suspect)}`
    }
    return `${shown}, called by ${nameSuspect(suspect)}`
  }
  const shown = `${sharePart(suspect, whole)} is ${nameSuspect(suspect)}`
  if (loop !== null) {
    return `${shown}, whose line ${loop.line} now runs ${formatCalls(loop.candidate)}× per op instead of ${formatCalls(loop.baseline)}×`
  }
  const { baseline, candidate } = callsPerOp
  const instead = baseline !== null && candidate !== baseline ? ` instead of ${formatCalls(baseline)}` : ''
  const calls = `${callsWords(candidate)}${instead}`
  const deoptimised =
    deopts.candidate >= NOTABLE_DEOPTS && deopts.candidate >= 2 * deopts.baseline
      ? `, and which V8 deoptimised ${Math.round(deopts.candidate)} times while it was measured (${deoptReason})`
      : ''
  return `${shown}, whose own time went from ${formatTime(selfNsPerOp.baseline)} to ${formatTime(selfNsPerOp.candidate)}${calls}${deoptimised}`
}

/** Why a suspect is one, beside its name: `deepClone: 4 instead of 2 calls`. */
export function describeReason({ symptom, loop }: SuspectRow): string {
  if (symptom !== null) {
    const { baseline, candidate } = symptom.callsPerOp
    if (baseline === candidate) return `what ${symptom.functionName} costs under it`
    return `${symptom.functionName} is called ${formatCalls(candidate)} instead of ${formatCalls(baseline)} times per op`
  }
  if (loop !== null) {
    return `line ${loop.line} runs ${formatCalls(loop.candidate)} instead of ${formatCalls(loop.baseline)} times per op`
  }
  return 'its own time'
}

/** Code that is thrown away a few times is code that settles. */
const NOTABLE_DEOPTS = 3

function callsWords(calls: number | null): string {
  return calls === null ? ' per op' : ` per op in ${formatCalls(calls)} call${calls === 1 ? '' : 's'}`
}

/** What shares are of: parts that are known within their noise may come to more than the change, and nobody did 110 % of it. */
function explainedWhole({ suspects }: BlameSummary): number {
  return Math.max(1, sumOf(suspects.map(({ explainedShare }) => Math.max(0, explainedShare))))
}

function sharePart({ explainedShare }: SuspectRow, whole: number): string {
  const share = explainedShare / whole
  return share >= 0.995 ? 'all of it' : formatPercent(share)
}

/** `applyEvent (src/engine.ts:41, changed)`, with its package where that has another version. */
export function nameSuspect({ functionName, change, line, file, package: owner }: SuspectRow): string {
  const what = describeCodeChange(change)
  const of = owner === null ? '' : ` of ${describePackage(owner)}`
  return `${functionName} (${file}:${line}, ${what})${of}`
}

/** Code that is the same and yet touched reads a variable whose definition was changed. */
function describeCodeChange(change: BlamedFunction['change']): string {
  return change === 'same' ? 'reads a changed constant' : change
}

function describePackage({ name, baseline, candidate }: ChangedPackage): string {
  return `${name} ${baseline ?? 'new'} → ${candidate ?? 'gone'}`
}

function formatSignedTime(ns: number): string {
  return `${ns < 0 ? '−' : '+'}${formatTime(Math.abs(ns))}`
}

/** Functions that make less of the change than this are left out of tables for people. */
const LEAST_SHOWN = 0.03
const MOST_SHOWN = 8

/** A scenario's blame as text for a terminal: the sentence, and the functions behind it. */
export function blameBlock(scenario: BlamedScenario): string[] {
  const rest = scenario.blame.outcome === 'blamed' ? [describeRest(scenario.blame)] : []
  const lines = [...functionLines(scenario.blame), ...rest]
  return [describeBlame(scenario), ...lines.map((line) => `  ${line}`)]
}

/** Functions in columns, those that make little of the change left out. */
export function functionLines(blame: ShownBlame): string[] {
  const shown = shownFunctions(blame)
  return shown.length === 0 ? [] : columnLines(BLAME_HEAD, shown.map(blameCells), (column) => column < 3)
}

type ShownBlame = Pick<BlameSummary, 'functions' | 'suspects'>

/** Who is named, whatever its own time did, and the functions whose part in the change is worth a line. */
export function shownFunctions({ functions, suspects }: ShownBlame): BlamedFunction[] {
  const others = functions.filter(
    (row) => !isOfSuspect(row, suspects) && Math.abs(row.changeShare) >= LEAST_SHOWN,
  )
  return [...suspects, ...others].slice(0, MOST_SHOWN)
}

/** Whether a row is of a function that is named, whose line may be another there; namesakes have other times. */
export function isOfSuspect(row: BlamedFunction, suspects: readonly BlamedFunction[]): boolean {
  return suspects.some(
    ({ functionName, file, changeNs }) =>
      functionName === row.functionName && file === row.file && changeNs.value === row.changeNs.value,
  )
}

/** A function's row in cells: name, place, touched or not, self time, its change, calls, bytes. */
export function blameCells(row: BlamedFunction): string[] {
  const { functionName, change, isTouched, selfNsPerOp, changeNs, callsPerOp, allocatedBytesPerOp } = row
  const half = (changeNs.high - changeNs.low) / 2
  return [
    functionName,
    formatPlace(row),
    isTouched ? describeCodeChange(change) : change,
    `${formatTime(selfNsPerOp.baseline)} → ${formatTime(selfNsPerOp.candidate)}`,
    `${formatSignedTime(changeNs.value)} ± ${formatTime(half)}`,
    arrow(callsPerOp, formatCalls),
    arrow(allocatedBytesPerOp, (bytes) => (bytes === null ? '–' : formatBytes(bytes))),
  ]
}

/** The names of what {@link blameCells} has. */
export const BLAME_HEAD = ['function', 'where', 'diff', 'self time/op', 'change', 'calls/op', 'bytes/op']

/** `2 → 4`, or one number where nothing changed. */
function arrow(
  { baseline, candidate }: { readonly baseline: number | null; readonly candidate: number | null },
  format: (value: number | null) => string,
): string {
  const [left, right] = [format(baseline), format(candidate)]
  return left === right ? right : `${left} → ${right}`
}

/** The part of a change that nobody answers for: `unexplained: +120 ns (4 % of the change)`. */
export function describeRest({ unexplainedNs, nsPerOp }: BlameSummary): string {
  const share = Math.abs(unexplainedNs / (nsPerOp.candidate - nsPerOp.baseline))
  return `unexplained: ${formatSignedTime(unexplainedNs)} (${formatPercent(share)} of the change)`
}
