// How verdicts look: one table from a kind to its word, its sign, its colour and its place in the order.
import { element } from '../../../../profile/flamegraph/viewer/dom.ts'

/** How one kind of verdict looks. */
export interface VerdictLook {
  readonly label: string
  /** Says the same as the colour, for those who do not see it. */
  readonly sign: string
  /** A class of the style sheet. */
  readonly tone: 'bad' | 'good' | 'unclear' | 'fine' | 'mute'
  /** What needs a look comes first. */
  readonly order: number
}

const LOOKS: Readonly<Record<string, VerdictLook>> = {
  regressed: { label: 'regressed', sign: '▲', tone: 'bad', order: 0 },
  failed: { label: 'failed', sign: '✕', tone: 'bad', order: 1 },
  inconclusive: { label: 'inconclusive', sign: '?', tone: 'unclear', order: 2 },
  unproven: { label: 'unproven', sign: '?', tone: 'unclear', order: 3 },
  'not-reached': { label: 'not measured', sign: '–', tone: 'unclear', order: 4 },
  improved: { label: 'improved', sign: '▼', tone: 'good', order: 6 },
  pass: { label: 'pass', sign: '✓', tone: 'fine', order: 7 },
  'same-code': { label: 'same code', sign: '=', tone: 'fine', order: 8 },
  unchanged: { label: 'same code', sign: '=', tone: 'fine', order: 8 },
  'not-gated': { label: 'not gated', sign: '·', tone: 'mute', order: 9 },
  'not-compared': { label: 'not compared', sign: '–', tone: 'mute', order: 10 },
  skipped: { label: 'skipped', sign: '○', tone: 'mute', order: 11 },
}

/** A kind that this page does not know yet has its own name, and stands before what is fine. */
export function lookOf(kind: string): VerdictLook {
  const name = kind.replaceAll(/[\s_]/g, '-')
  return LOOKS[name] ?? { label: kind.replaceAll('-', ' '), sign: '·', tone: 'mute', order: 5 }
}

/** A verdict as a small label; one that decides nothing is quiet. */
export function verdictChip(kind: string, isGated = true): HTMLElement {
  const { label, sign, tone } = isGated ? lookOf(kind) : { ...lookOf(kind), tone: 'mute' }
  const mark = element('span', { className: 'sign', textContent: sign, ariaHidden: 'true' })
  return element('span', { className: `chip ${tone}` }, mark, label)
}

const OUTCOMES: Readonly<Record<string, Pick<VerdictLook, 'sign' | 'tone'>>> = {
  red: { sign: '▲', tone: 'bad' },
  green: { sign: '✓', tone: 'good' },
  invalid: { sign: '!', tone: 'unclear' },
  'not-compared': { sign: '–', tone: 'unclear' },
  'control-failed': { sign: '!', tone: 'unclear' },
}

/** How the outcome of a whole run looks. */
export function outcomeLook(outcome: string): Pick<VerdictLook, 'sign' | 'tone'> {
  return OUTCOMES[outcome] ?? { sign: '·', tone: 'mute' }
}
