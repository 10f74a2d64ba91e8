// What is shown, as the address has it.
import type { Width } from './graph/diff.ts'

/** What is shown, as it stands in the address: a link shows somebody else the same. */
export interface ViewState {
  /** Index of the graph. */
  readonly graph: number
  readonly order: 'heavy' | 'time'
  readonly direction: 'flame' | 'icicle'
  readonly panel: 'functions' | 'sandwich' | 'source'
  /** Of two versions: what boxes are as wide as, and whether those without a change are left out. */
  readonly width: Width
  readonly only: 'all' | 'changed'
  readonly search: string
  /** The chosen function, as `name@file:line`; empty for none. */
  readonly selected: string
  /** What is seen of the graph, in parts of its width. */
  readonly zoom: readonly [start: number, width: number]
}

export const START: ViewState = {
  graph: 0,
  order: 'heavy',
  direction: 'flame',
  panel: 'functions',
  width: 'candidate',
  only: 'all',
  search: '',
  selected: '',
  zoom: [0, 1],
}

/** What the buttons choose from. */
export type Choice = 'order' | 'direction' | 'panel' | 'width' | 'only'

const CHOICES: { readonly [Key in Choice]: readonly ViewState[Key][] } = {
  order: ['heavy', 'time'],
  direction: ['flame', 'icicle'],
  panel: ['functions', 'sandwich', 'source'],
  width: ['candidate', 'baseline', 'change'],
  only: ['all', 'changed'],
}

/** The next thing to choose; the first after the last. */
export function nextChoice<Key extends Choice>(key: Key, state: ViewState): ViewState[Key] {
  const choices = CHOICES[key] as readonly ViewState[Key][]
  return choices[(choices.indexOf(state[key]) + 1) % choices.length]!
}

/** Reads `#g=1&order=time…`; what is missing or makes no sense is as at the start. */
export function readState(hash: string, ids: readonly string[]): ViewState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const choice = <Key extends Choice>(key: Key): ViewState[Key] => {
    const given = parameters.get(key) as ViewState[Key] | null
    return given !== null && CHOICES[key].includes(given) ? given : START[key]
  }
  const [start = 0, width = 1] = (parameters.get('zoom') ?? '').split(',').map(Number)
  const isSensible = start >= 0 && width > 0 && start + width <= 1.000001
  return {
    graph: Math.max(0, ids.indexOf(parameters.get('scenario') ?? '')),
    order: choice('order'),
    direction: choice('direction'),
    panel: choice('panel'),
    width: choice('width'),
    only: choice('only'),
    search: parameters.get('search') ?? '',
    selected: parameters.get('function') ?? '',
    zoom: isSensible ? [start, width] : START.zoom,
  }
}

/** The inverse of {@link readState}: only what differs from the start, and which graph it is. */
export function writeState(state: ViewState, ids: readonly string[]): string {
  const parameters = new URLSearchParams({ scenario: ids[state.graph] ?? '' })
  for (const key of ['order', 'direction', 'panel', 'width', 'only', 'search'] as const) {
    if (state[key] !== START[key]) parameters.set(key, state[key])
  }
  if (state.selected !== '') parameters.set('function', state.selected)
  if (state.zoom[1] < 1) parameters.set('zoom', state.zoom.map((part) => part.toPrecision(7)).join(','))
  return `#${parameters}`
}
