// The frame of every page: the bar on top, and the theme.
import { button, element, svg } from './dom.ts'
import { isDark } from './graph/theme.ts'

/** The bar on top of a page; what stands in its middle is the page's own. */
export function createTopBar(title: string, toggle: () => void, ...own: Node[]): HTMLElement {
  const theme = button('◐', 'light or dark (d)', toggle)
  theme.className = 'icon-button'
  theme.ariaLabel = 'light or dark'
  return element(
    'header',
    { className: 'bar-top' },
    element('a', { className: 'brand', href: '#' }, createMark(), 'flamegate'),
    element('h1', { textContent: title.replace(/^flamegate /, ''), title }),
    element('span', { className: 'spacer' }),
    ...own,
    theme,
  )
}

/** Changes light for dark and back, until the page is loaded again. */
export function toggleTheme(): void {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark'
}

/** Whether a key is a shortcut of the page: typed into no field, and held with no other key that changes it. */
export function isShortcut({ target, key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const isTyping = target instanceof HTMLInputElement || target instanceof HTMLSelectElement
  return !ctrlKey && !metaKey && !altKey && (!isTyping || key === 'Escape')
}

/** Three boxes of a flamegraph. */
function createMark(): SVGElement {
  const bars = [
    [1, 12, 16, '#9a3412'],
    [1, 7, 11, '#ea580c'],
    [4, 2, 5, '#fb923c'],
  ] as const
  return svg(
    'svg',
    { width: 18, height: 18, viewBox: '0 0 18 18', 'aria-hidden': 'true' },
    ...bars.map(([x, y, width, fill]) => svg('rect', { x, y, width, height: 4, rx: 1, fill })),
  )
}
