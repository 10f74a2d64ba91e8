// A scenario's code beside the baseline's: what differs, what is called otherwise often, how much code runs.
import { element } from '../../../../../profile/flamegraph/viewer/dom.ts'
import type { PageScenario } from '../../data.ts'
import { card, textTable } from '../parts.ts'

/** Nothing where its code was not counted. */
export function renderCodeChange({ code }: PageScenario): HTMLElement[] {
  if (code === null) return []
  const { sentence, changed, calls, work } = code
  return [
    card(
      'Code',
      'code-card',
      element('p', { className: 'note', textContent: sentence }),
      textTable(
        ['per op, exact', 'where', 'before', 'after', 'change'],
        [
          ['code that runs, tokens', '', work.baseline, work.candidate, work.change],
          ...calls.map(([name, file, before, after]) => [
            element('span', { className: 'mono', textContent: `calls of ${name}` }),
            file,
            before,
            after,
            '',
          ]),
        ],
        2,
      ),
      ...(changed.length === 0 ? [] : [changedTable(changed)]),
    ),
  ]
}

function changedTable(changed: readonly (readonly [name: string, file: string])[]): HTMLElement {
  const rows = changed.map(([name, file]) => [
    element('span', { className: 'mono', textContent: name }),
    file,
  ])
  return textTable(['differs', 'where'], rows, 2)
}
