import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { decodeGraph, encodeGraph, type Graph } from '../../profile/flamegraph/data.ts'
import { toGraph } from '../../profile/flamegraph/graph.ts'
import { renderPage } from '../../profile/flamegraph/page.ts'
import { Sources } from '../../profile/source/sources.ts'
import { openPage } from '../support/browser.ts'
import { chromiumPath } from '../support/chromium.ts'
import { drawProfile } from '../support/drawn.ts'

const EVIL = `</script><img src=x onerror="globalThis.hacked=1;alert('xss')">`
const facts = { callsPerOp: 2, bytesPerOp: 100 }

function graphOf(id: string, stacks: [string, number][], evil = false): Graph {
  const graph = toGraph([{ profile: drawProfile(stacks), places: [] }], {
    id,
    note: evil ? EVIL : 'a note',
    total: 1000,
    unit: 'ns/op',
    shorten: (url) => url.replace('file:///', ''),
    mayEmbed: () => true,
    factsOf: () => facts,
    sources: new Sources([]),
  })
  const source = { file: 'app.js', text: `${EVIL}\nfunction a() {}`, heat: [[1, 400]] as [number, number][] }
  const frames = evil
    ? graph.frames.map((frame) => ({ ...frame, name: frame.name === 'evil' ? EVIL : frame.name }))
    : graph.frames
  return { ...graph, frames, sources: [source] }
}

const GRAPHS = () => [
  graphOf('one/case.micro', [
    ['a > b', 30],
    ['a > c', 20],
    ['a > b', 30],
    ['d', 20],
  ]),
  graphOf(
    `two ${EVIL}`,
    [
      ['evil > b', 60],
      ['a', 40],
    ],
    true,
  ),
]

async function show(
  t: TestContext,
  graphs: readonly Graph[],
  hash = '',
): Promise<{ page: Page; problems: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate page '))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'a page.html')
  await writeFile(file, await renderPage({ title: `test ${EVIL}`, graphs }))
  const opened = await openPage(t)
  await opened.page.goto(pathToFileURL(file).href + hash)
  await opened.page.waitForFunction(() => performance.getEntriesByName('flamegate-ready').length > 0)
  return opened
}

const rows = (page: Page) =>
  page.$$eval('.table tbody tr', (found) =>
    found.map((row) => [...row.children].map(({ textContent }) => textContent?.trim() ?? '')),
  )

test('a graph survives being packed', () => {
  const [graph] = GRAPHS()
  const bytes = encodeGraph(graph!)
  assert.deepEqual(decodeGraph(bytes.buffer as ArrayBuffer), graph)
})

describe('the flamegraph page', { skip: chromiumPath === undefined ? 'no Chromium here' : false }, () => {
  test('on a telephone the names of functions are seen, and what is left out has a place on wider pages', async (t) => {
    const { page } = await show(t, GRAPHS())
    await page.setViewportSize({ width: 390, height: 844 })
    const name = await page.locator('.table tbody .name').first().boundingBox()
    assert.ok(name!.x + name!.width < 390)
    assert.equal(await page.locator('.table th.detail').first().isVisible(), false)
    await page.setViewportSize({ width: 1280, height: 800 })
    assert.equal(await page.locator('.table th.detail').first().isVisible(), true)
  })

  test('source and callers are those of the hottest function until one is chosen', async (t) => {
    const { page } = await show(t, GRAPHS(), '#panel=source')
    assert.match(await page.textContent('.source h2').then(String), /app\.js/)
  })

  test('shows functions with their cost, calls and bytes, hottest first', async (t) => {
    const { page, problems } = await show(t, GRAPHS())
    // 60 of 100 for b, scaled to 1000 ns
    assert.deepEqual((await rows(page))[0], [
      '600 ns/op 60.0 %',
      '600 ns/op',
      '2',
      '100 B/op',
      'b',
      'app.js:1',
    ])
    assert.deepEqual(problems, [])
  })

  test('sorts by any column, searches, and keeps what is shown in the address', async (t) => {
    const { page } = await show(t, GRAPHS())
    await page.click('th:has-text("function") button')
    assert.deepEqual(
      (await rows(page)).map((row) => row[4]),
      ['a', 'b', 'c', 'd'],
    )
    await page.keyboard.press('/')
    await page.keyboard.type('c')
    assert.deepEqual(
      (await rows(page)).map((row) => row[4]),
      ['c'],
    )
    await page.keyboard.press('Escape')
    await page.click('td button:has-text("b")')
    assert.match(await page.evaluate(() => location.hash), /function=b%40app\.js%3A1/)
    await page.keyboard.press('2')
    assert.match(await page.evaluate(() => location.hash), /panel=sandwich/)
    assert.equal(await page.locator('.sandwich canvas').count(), 2)
  })

  test('opens as the address says', async (t) => {
    const { page } = await show(
      t,
      GRAPHS(),
      '#scenario=one%2Fcase.micro&panel=source&function=a%40app.js%3A1&direction=icicle',
    )
    assert.match(await page.textContent('.source h2').then(String), /app\.js/)
    assert.equal(await page.getAttribute('button:has-text("icicle")', 'aria-pressed'), 'true')
  })

  test('zooms by click, wheel and keys, and back', async (t) => {
    const { page } = await show(t, GRAPHS())
    const zoom = () => page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('zoom'))
    const canvas = await page.locator('canvas').first().boundingBox()
    // a is 80 % wide and one row above the root
    await page.mouse.click(canvas!.x + canvas!.width * 0.2, canvas!.y + canvas!.height - 28)
    assert.equal(await zoom(), '0.000000,0.8000000')
    await page.keyboard.press('0')
    assert.equal(await zoom(), null)
    await page.mouse.move(canvas!.x + canvas!.width / 2, canvas!.y + canvas!.height - 10)
    await page.mouse.wheel(0, -300)
    await page.waitForFunction(() => location.hash.includes('zoom='))
    await page.keyboard.press('Escape')
    await page.keyboard.press('w')
    assert.equal(await zoom(), '0.1500000,0.7000000')
  })

  test('exact numbers on hover', async (t) => {
    const { page } = await show(t, GRAPHS())
    const canvas = await page.locator('canvas').first().boundingBox()
    await page.mouse.move(canvas!.x + canvas!.width * 0.2, canvas!.y + canvas!.height - 28)
    assert.equal(
      await page.textContent('.tooltip'),
      'a800 ns/op (80.0 %), of it self 0 (0.0 %) · 2 calls/op · 100 B/op allocatedapp.js:1',
    )
  })

  test('names from profiles are shown, never run', async (t) => {
    const { page, problems } = await show(t, GRAPHS(), '#panel=functions')
    await page.selectOption('select', { index: 1 })
    await page.waitForFunction((evil) => document.body.textContent?.includes(evil), EVIL)
    assert.ok((await rows(page)).some((row) => row[4] === EVIL))
    await page.keyboard.press('3')
    await page.keyboard.press('2')
    assert.equal(await page.evaluate(() => (globalThis as { hacked?: number }).hacked), undefined)
    assert.equal(await page.locator('img').count(), 0)
    assert.deepEqual(problems, [])
  })

  test('its policy runs no other script, not even one put in later', async (t) => {
    const { page, problems } = await show(t, GRAPHS())
    await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.hacked = 1'
      document.body.append(script)
      void fetch('https://example.com/').catch(() => {})
    })
    await page.waitForTimeout(100)
    assert.equal(await page.evaluate(() => (globalThis as { hacked?: number }).hacked), undefined)
    assert.ok(
      problems.some((problem) => /Content Security Policy/.test(problem)),
      problems.join('\n'),
    )
  })

  test('dark and light', async (t) => {
    const { page } = await show(t, GRAPHS())
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await background()
    await page.keyboard.press('d')
    assert.notEqual(await background(), light)
  })
})
