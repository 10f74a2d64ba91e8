import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeMarkdown, renderCode, renderTable } from './markdown-table.ts'

test('text stands left, numbers right', () => {
  assert.equal(
    renderTable(['name', 'place', 'ops'], [['a', '', '1']], 2),
    '| name | place | ops |\n| - | - | -: |\n| a | | 1 |',
  )
})

test('no cell ends early, whatever is in it', () => {
  for (const [cell, shown] of [
    ['a|b', 'a\\|b'],
    [renderCode('a|`b`'), "`a\\|'b'`"],
    [escapeMarkdown('a|b_c\\'), 'a\\|b\\_c\\\\'],
    ['two\r\nlines', 'two lines'],
  ] as const) {
    assert.equal(renderTable(['head'], [[cell]]).split('\n')[2], `| ${shown} |`)
  }
})
