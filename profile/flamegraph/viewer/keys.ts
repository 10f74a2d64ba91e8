// The keyboard.
import type { Flame } from './graph/flame.ts'
import { nextChoice, type ViewState } from './state.ts'

/** What keys do that is not the graph's to do. */
export interface KeyActions {
  change(state: Partial<ViewState>): void
  focusSearch(): void
  /** Out of the search field, or back to the whole graph. */
  leave(): void
  nextHottest(): void
  toggleTheme(): void
}

/** By key, what it does; those of two versions do nothing to the graph of one. */
export function keyActions(
  flame: Flame,
  state: ViewState,
  hasVersions: boolean,
  { change, focusSearch, leave, nextHottest, toggleTheme }: KeyActions,
): Readonly<Record<string, () => void>> {
  const next = (key: 'direction' | 'order' | 'width' | 'only') => () =>
    change({ [key]: nextChoice(key, state) })
  return {
    '/': focusSearch,
    Escape: leave,
    '0': () => flame.reset(),
    w: () => flame.zoomBy(0.7),
    s: () => flame.zoomBy(1 / 0.7),
    '+': () => flame.zoomBy(0.7),
    '-': () => flame.zoomBy(1 / 0.7),
    a: () => flame.panBy(-0.2),
    d: toggleTheme,
    ArrowLeft: () => flame.panBy(-0.2),
    ArrowRight: () => flame.panBy(0.2),
    ArrowUp: () => flame.zoomBy(0.7),
    ArrowDown: () => flame.zoomBy(1 / 0.7),
    i: next('direction'),
    n: nextHottest,
    '1': () => change({ panel: 'functions' }),
    '2': () => change({ panel: 'sandwich' }),
    '3': () => change({ panel: 'source' }),
    ...(hasVersions ? { c: next('width'), x: next('only') } : { o: next('order') }),
  }
}
