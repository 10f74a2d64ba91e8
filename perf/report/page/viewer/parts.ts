// Small parts that several views of the page are made of.
import { element } from '../../../../profile/flamegraph/viewer/dom.ts'
import type { PageFact } from '../data.ts'

/** Facts with their names. */
export function factList(facts: readonly PageFact[]): HTMLElement {
  return element(
    'dl',
    { className: 'fact-list' },
    ...facts.map(([name, value]) =>
      element('div', {}, element('dt', { textContent: name }), element('dd', { textContent: value })),
    ),
  )
}

/** A titled part of a view. */
export function card(title: string, className: string, ...children: (Node | string)[]): HTMLElement {
  return element(
    'section',
    { className: `card ${className}` },
    element('h2', { textContent: title }),
    ...children,
  )
}

/** A table of texts; the first column names the row. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly (string | Node)[])[],
  textColumns = 1,
): HTMLElement {
  const className = (column: number) => (column < textColumns ? '' : 'number')
  return element(
    'div',
    { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: head.join(', ') },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...head.map((text, i) =>
            element('th', { textContent: text, scope: 'col', className: className(i) }),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map((cells) =>
          element(
            'tr',
            {},
            ...cells.map((cell, i) =>
              i === 0
                ? element('th', { scope: 'row', className: className(i) }, cell)
                : element('td', { className: className(i) }, cell),
            ),
          ),
        ),
      ),
    ),
  )
}

/** What a picture shows, as a table that opens. */
export function dataTable(head: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  return element(
    'details',
    { className: 'data' },
    element('summary', { textContent: 'The numbers' }),
    textTable(head, rows),
  )
}
