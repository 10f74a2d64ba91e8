// The view of one scenario: its verdict, the evidence for it, and its profile.
import { button, element } from '../../../../../profile/flamegraph/viewer/dom.ts'
import { formatPercent } from '../../../../../profile/model/format.ts'
import type { PageScenario, RunPageData } from '../../data.ts'
import { linkTo } from '../address.ts'
import { BARS, intervalBar } from '../interval-bar.ts'
import { card, factList, textTable } from '../parts.ts'
import { axisOf, scaleOfChanges } from '../scale.ts'
import { verdictChip } from '../verdicts.ts'
import { renderCodeChange } from './code.ts'
import { renderDistribution } from './distribution.ts'
import { renderForks, renderPairs } from './trials.ts'

/** Scrolls to the scenario's profile, and gives it the keyboard. */
export function showProfile(): void {
  const profile = document.querySelector('.profile-card')
  profile?.scrollIntoView({ block: 'start' })
  profile?.querySelector('canvas')?.focus({ preventScroll: true })
}

/** Scrolls to the source of who is named, both versions side by side. */
function showSource(id: string): void {
  location.hash = `${linkTo(id)}&panel=source`
  document.querySelector('.profile-card .lower')?.scrollIntoView({ block: 'start' })
}

/** What stands around a scenario. */
export interface Surroundings {
  readonly previous: string | undefined
  readonly next: string | undefined
  /** The view of its profile. */
  readonly profile: HTMLElement
}

export function renderScenario(scenario: PageScenario, run: RunPageData, around: Surroundings): HTMLElement {
  return element(
    'div',
    { className: 'scenario-view' },
    renderHead(scenario, around),
    ...renderWarnings(scenario),
    ...renderMetrics(scenario),
    ...renderDeltas(scenario),
    ...renderFindings(scenario),
    ...renderCodeChange(scenario),
    ...renderDistribution(scenario, run.versions),
    element('div', { className: 'cards two' }, ...renderPairs(scenario), ...renderForks(scenario)),
    element(
      'div',
      { className: 'cards' },
      ...renderMemory(scenario),
      ...renderCounters(scenario),
      card('Scenario', 'facts-card', factList(scenario.facts)),
    ),
    renderProfile(scenario, around.profile),
    card('Run', 'facts-card', factList(run.environment)),
  )
}

function renderHead(
  { id, verdict, words, sentence, culprit, isKey, hasGraph }: PageScenario,
  { previous, next }: Surroundings,
): HTMLElement {
  const step = (to: string | undefined, text: string, title: string) =>
    element('a', {
      className: 'step',
      textContent: text,
      title: to === undefined ? title : `${title}: ${to}`,
      ...(to !== undefined && { href: linkTo(to) }),
    })
  const [back, forth] = [step(previous, '←', 'scenario before ( [ )'), step(next, '→', 'next scenario ( ] )')]
  back.ariaLabel = 'scenario before'
  forth.ariaLabel = 'next scenario'
  const text = sentence === '' ? words : sentence
  return element(
    'div',
    { className: 'scenario-head' },
    element(
      'nav',
      { ariaLabel: 'scenarios' },
      element('a', { href: '#', textContent: 'Overview', title: 'all scenarios (u)' }),
      element('span', { className: 'slash', textContent: '/', ariaHidden: 'true' }),
      element('span', { className: 'mono', textContent: id }),
      element('span', { className: 'spacer' }),
      ...(hasGraph ? [button('Profile ↓', 'to the flamegraph (f)', showProfile)] : []),
      ...(hasGraph && culprit !== ''
        ? [button('Source ↓', 'to the lines of who is named, before and after', () => showSource(id))]
        : []),
      back,
      forth,
    ),
    element(
      'div',
      { className: 'title' },
      element('h2', { textContent: id }),
      verdictChip(verdict),
      ...(isKey ? [] : [element('span', { className: 'chip mute', textContent: 'not a key scenario' })]),
    ),
    ...(text === '' ? [] : [element('p', { className: 'sentence', textContent: text })]),
  )
}

function renderWarnings({ warnings }: PageScenario): HTMLElement[] {
  return warnings.map(({ message, cure }) =>
    element(
      'p',
      { className: 'callout' },
      element('span', { className: 'sign', textContent: '!', ariaHidden: 'true' }),
      element(
        'span',
        {},
        `${capitalise(message)}. `,
        element('span', { className: 'cure', textContent: `${capitalise(cure)}.` }),
      ),
    ),
  )
}

function renderFindings({ findings }: PageScenario): HTMLElement[] {
  if (findings.length === 0) return []
  const items = findings.map(({ share, time, message, cure, name, place }) =>
    element(
      'li',
      {},
      element(
        'div',
        { className: 'part' },
        element('strong', { textContent: formatPercent(share) }),
        element('span', { textContent: time }),
        shareMeter(share),
      ),
      element(
        'div',
        {},
        element('p', { textContent: `${capitalise(message)}.` }),
        ...(place === ''
          ? []
          : [element('p', { className: 'mono place', textContent: `${name}  ${place}` })]),
        element('p', { className: 'cure' }, element('b', { textContent: 'Try: ' }), `${cure}.`),
      ),
    ),
  )
  return [
    card(
      'Diagnosis',
      'findings',
      element('ol', {}, ...items),
      note(
        'What makes the op cost what it does, whether it changed or not. Shares are of the op’s time in its profile; they overlap where one cause is part of another.',
      ),
    ),
  ]
}

/** How much of the op it is, beside the number that says so. */
function shareMeter(share: number): HTMLElement {
  const fill = element('i', {})
  fill.style.width = `${Math.min(100, share * 100)}%`
  return element('span', { className: 'meter', ariaHidden: 'true' }, fill)
}

function renderMetrics({ metrics }: PageScenario): HTMLElement[] {
  if (metrics.length === 0) return []
  const changes = metrics.flatMap(({ change }) => change ?? [])
  if (changes.length === 0) {
    const rows = metrics.map(({ title, value, spread, normalised }) => [title, value, spread, normalised])
    return [
      card(
        'Metrics',
        'metrics',
        textTable(['metric', 'this run', '±', 'at reference speed'], rows),
        note('Nothing to compare with: these numbers stand alone.'),
      ),
    ]
  }
  const scale = scaleOfChanges(changes)
  const rows = metrics.map(({ title, value, spread, change }) => [
    title,
    value,
    spread,
    intervalBar(change, scale),
    change?.text ?? '–',
    change === null ? '–' : change.isGated ? change.limitText : 'not gated',
    change === null ? '–' : verdictChip(change.verdict, change.isGated),
  ])
  const table = textTable(['metric', 'this run', '±', '', 'change', 'limit', 'verdict'], rows)
  table.classList.add('with-bars')
  table
    .querySelector('thead th:nth-child(4)')
    ?.append(element('span', { className: 'visually-hidden', textContent: 'better or worse' }), axisOf(scale))
  return [card('Metrics', 'metrics', table, note(BARS))]
}

function renderDeltas({ id, deltas, deltaHead, rest, hasGraph }: PageScenario): HTMLElement[] {
  if (deltas.length === 0) return []
  const rows = deltas.map(({ cells, isBlamed }) => {
    const [name = '', ...others] = cells
    const className = isBlamed ? 'fn blamed' : 'fn'
    if (!isBlamed || !hasGraph) return [element('span', { className, textContent: name }), ...others]
    const link = button(name, 'to its lines, before and after', () => showSource(id))
    link.className = className
    return [link, ...others]
  })
  return [
    card(
      'Where the time went',
      'deltas',
      textTable(deltaHead, rows, 3),
      ...(rest === '' ? [] : [note(rest)]),
    ),
  ]
}

function renderMemory({ memory }: PageScenario): HTMLElement[] {
  if (memory.length === 0) return []
  const rows = memory.map(({ title, value, spread }) => [title, value, spread])
  return [card('Memory', 'memory', textTable(['', 'this run', '±'], rows))]
}

function renderCounters({ counters }: PageScenario): HTMLElement[] {
  if (counters.length === 0) return []
  return [
    card(
      'Counters, exact',
      'counters',
      textTable(
        ['per op', 'before', 'after'],
        counters.map((row) => [...row]),
      ),
    ),
  ]
}

function renderProfile({ problems, hasGraph }: PageScenario, profile: HTMLElement): HTMLElement {
  const told = problems.map((problem) =>
    element('p', { className: 'callout mute', textContent: capitalise(problem) }),
  )
  return element(
    'section',
    { className: 'card profile-card' },
    element('h2', { textContent: 'Profile' }),
    ...told,
    ...(hasGraph ? [profile] : told.length > 0 ? [] : [note('There is no graph of this scenario.')]),
  )
}

function note(text: string): HTMLElement {
  return element('p', { className: 'note', textContent: text })
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
