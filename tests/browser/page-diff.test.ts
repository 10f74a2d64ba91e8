import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chromiumPath } from '../support/chromium.ts'
import {
  cells,
  colourAt,
  EVIL,
  hash,
  labels,
  nextPicture,
  pointOf,
  SOURCES,
  show,
  versions,
} from '../support/diff-page.ts'

describe('the page of two versions', {
  skip: chromiumPath === undefined ? 'no Chromium here' : false,
}, () => {
  test('boxes are red where they cost more, blue where less, grey inside the noise', async (t) => {
    const { page, problems } = await show(t)
    assert.equal(await colourAt(page, 595, 2), 'red')
    assert.equal(await colourAt(page, 895, 2), 'grey')
    assert.equal(await colourAt(page, 1105, 2), 'grey')
    assert.equal(await colourAt(page, 1195, 1), 'red')
    assert.equal(await colourAt(page, 1195, 2), 'white')
    await page.keyboard.press('c')
    // Before, `left` is the fifth of the op at the right.
    assert.equal(await colourAt(page, 1195, 1), 'blue')
    assert.deepEqual(problems, [])
  })

  test('the same colours where the page is dark', async (t) => {
    const { page } = await show(t, '#width=change')
    await page.keyboard.press('d')
    assert.equal(await colourAt(page, 595, 2), 'red')
    assert.equal(await colourAt(page, 610, 2), 'grey')
    assert.equal(await colourAt(page, 1015, 1), 'blue')
  })

  test('boxes tell before → after and share, and who is new or gone', async (t) => {
    const { page } = await show(t)
    const written = (await labels(page)).sort()
    assert.deepEqual(written.slice(0, -1), [
      '(root)  1.00 → 1.20 µs/op  100.0 → 100.0 %',
      'a  0.80 → 1.11 µs/op  80.0 → 92.5 %',
      'b  300 → 600 ns/op  30.0 → 50.0 %',
      'c  300 → 300 ns/op  30.0 → 25.0 %',
      'came (new)',
    ])
    // How much of it there is room for depends on the font.
    assert.match(String(written.at(-1)), /^noisy {2}200 → 210 ns\/op/)
    await page.click('.versions button:has-text("before")')
    assert.ok((await labels(page)).some((label) => label.startsWith('left (gone)  200 → 0 ns/op')))
    // Where there is no room for both, the label goes before the name.
    await page.click('.versions button:has-text("after")')
    await page.setViewportSize({ width: 700, height: 800 })
    await page.waitForFunction(() =>
      (globalThis as unknown as { written: string[] }).written.some((text) => text.startsWith('new:')),
    )
  })

  test('widths: after, before, or all changes up and down; by button and by key', async (t) => {
    const { page } = await show(t)
    const names = async () => (await labels(page)).map((label) => label.split(' ')[0])
    assert.ok(!(await names()).includes('left'))
    await page.keyboard.press('c')
    assert.equal((await hash(page)).width, 'baseline')
    assert.ok((await names()).includes('left'))
    assert.ok(!(await names()).includes('came'))
    await page.keyboard.press('c')
    assert.equal((await hash(page)).width, 'change')
    // 300 of b, 200 of left, 90 of came, 10 of noisy: 2 pixels a nanosecond, and nothing for c
    assert.deepEqual((await names()).sort(), ['(root)', 'a', 'b', 'came', 'left'])
    assert.equal(await colourAt(page, 595, 2), 'red')
    assert.equal(await colourAt(page, 610, 2), 'grey')
    assert.equal(await colourAt(page, 1015, 1), 'blue')
    assert.equal(await colourAt(page, 1195, 1), 'red')
    await page.keyboard.press('c')
    assert.equal((await hash(page)).width, undefined)
    await page.click('.versions button:has-text("change")')
    assert.equal((await hash(page)).width, 'change')
    assert.match(
      String(await page.getAttribute('.versions button:has-text("change")', 'title')),
      /\|after − before\|/,
    )
  })

  test('only what changed: grey boxes go, and so do their functions', async (t) => {
    const { page } = await show(t)
    await page.keyboard.press('x')
    assert.equal((await hash(page)).only, 'changed')
    assert.equal(await page.getAttribute('button:has-text("only what")', 'aria-pressed'), 'true')
    assert.equal(await colourAt(page, 595, 2), 'red')
    assert.equal(await colourAt(page, 895, 2), 'white')
    // Its caller keeps its width.
    assert.equal(await colourAt(page, 1105, 1), 'red')
    const names = async () => (await cells(page, '.table tbody tr')).map((row) => row[6])
    assert.deepEqual(await names(), ['b', 'left (gone)', 'came (new)', 'a'])
    await page.keyboard.press('/')
    await page.keyboard.type('left')
    assert.deepEqual(await names(), ['left (gone)'])
    await page.keyboard.press('Escape')
    await page.click('button:has-text("only what")')
    assert.equal((await hash(page)).only, undefined)
    assert.equal((await names()).length, 6)
  })

  test('the function table has both versions, the largest change first', async (t) => {
    const { page } = await show(t)
    const rows = await cells(page, '.table tbody tr')
    assert.deepEqual(rows[0], [
      '+300 ns/op +25.0 %',
      '300 ns/op',
      '600 ns/op',
      '+300 ns/op',
      '2 → 4',
      '100 B/op',
      'b',
      'app.js:2',
    ])
    assert.deepEqual(rows[1]?.slice(0, 7), [
      '−200 ns/op −16.7 %',
      '200 ns/op',
      '0',
      '−200 ns/op',
      '3 → 0',
      '100 → 0 B/op',
      'left (gone)',
    ])
    const classes = await page.$$eval('.table tbody td.bar', (found) => found.map((cell) => cell.className))
    assert.deepEqual(
      classes.map((name) => name.split(' ').at(-1)),
      ['more', 'less', 'more', 'noise', 'noise', 'noise'],
    )
    await page.click('th:has-text("function") button')
    assert.equal((await cells(page, '.table tbody tr'))[0]?.[6], 'a')
  })

  test('the blamed are above, and a click shows them in the graph', async (t) => {
    const { page, problems } = await show(t)
    assert.equal(await page.textContent('.blame .sentence'), `b is slower ${EVIL}`)
    assert.deepEqual(await cells(page, '.blame tbody tr'), [
      ['+300 ns/op', '+290 ns/op … +310 ns/op', 'b', 'called 4 instead of 2 times per op', 'app.js'],
      ['−200 ns/op', '−210 ns/op … −190 ns/op', 'left', 'is gone', 'app.js'],
      ['+90.0 ns/op', '+80.0 ns/op … +100 ns/op', 'elsewhere', EVIL, 'app.js'],
      ['+10.0 ns/op', '', 'unexplained'],
    ])
    await page.click('.blame button:has-text("b")')
    assert.equal((await hash(page)).function, 'b@app.js:2')
    assert.equal(await page.locator('.blame tr.selected').count(), 1)
    assert.match(String(await page.textContent('.table tr.selected')), /app\.js:2/)
    // The outline of its box
    await nextPicture(page)
    const { x, y } = await pointOf(page, 300, 3)
    const outline = await page.evaluate(
      ([x, y]) => {
        const canvas = document.querySelector('canvas')!
        const top = Math.round(y! - canvas.getBoundingClientRect().top)
        const { data } = canvas.getContext('2d')!.getImageData(x!, top, 1, 19)
        return Array.from({ length: 19 }, (_, i) => data[4 * i]!)
      },
      [x, y],
    )
    assert.ok(Math.min(...outline) < 40, outline.join())
    await page.click('.blame td:has-text("elsewhere")')
    assert.equal((await hash(page)).function, 'b@app.js:2')
    assert.deepEqual(problems, [])
  })

  test('the chosen function is described in both versions, and where it is drawn', async (t) => {
    const { page } = await show(t)
    assert.equal(await page.isVisible('.selection'), false)
    await page.click('.blame button:has-text("left")')
    assert.equal((await hash(page)).function, 'left@app.js:1@baseline')
    const selection = async () => String(await page.textContent('.selection'))
    assert.match(
      await selection(),
      /left \(gone\)total 200 → 0 ns\/op \(−200 ns\/op, −100\.0 %\), 20\.0 → 0\.0 % of the op/,
    )
    assert.match(await selection(), /calls\/op 3 → 0 · allocated 100 → 0 B\/op/)
    assert.match(await selection(), /it has no box now/)
    await page.keyboard.press('c')
    assert.doesNotMatch(await selection(), /it has no box now/)
  })

  test('exact numbers of both versions on hover', async (t) => {
    const { page } = await show(t)
    const tooltip = async (x: number, level: number) => {
      const point = await pointOf(page, x, level)
      await page.mouse.move(point.x, point.y)
      return page.textContent('.tooltip')
    }
    assert.equal(
      await tooltip(300, 2),
      'btotal 300 → 600 ns/op (+300 ns/op, +100.0 %), 30.0 → 50.0 % of the op' +
        'self 300 → 600 ns/op (+300 ns/op, +100.0 %), 30.0 → 50.0 % of the op' +
        'calls/op 2 → 4 · allocated 100 B/opapp.js:2, before app.js:3 · changed',
    )
    assert.match(String(await tooltip(1000, 2)), /\(\+10\.0 ns\/op, inside the noise of ±50\.0 ns\/op\)/)
    assert.match(String(await tooltip(1150, 1)), /^came \(new\)total 0 → 90\.0 ns\/op \(\+90\.0 ns\/op\)/)
  })

  test('the source of both versions side by side, with counts and heat', async (t) => {
    const { page, problems } = await show(t, '#panel=source&function=b%40app.js%3A2')
    assert.deepEqual(await cells(page, '.both thead tr'), [['old: app.js', 'new: app.js']])
    assert.deepEqual(await cells(page, '.both tbody tr'), [
      ['', '', '− 1', 'zero', '', '', '', ''],
      ['', '', '2', 'one', '', '', '1', 'one'],
      ['', '', '3', 'function b() {', '', '', '2', 'function b() {'],
      ['300 ns/op', '2×', '− 4', 'fast', '500 ns/op', '4×', '+ 3', 'slow'],
      ['', '', '', '', '100 ns/op', '', '+ 4', 'more'],
      ['', '', '5', '}', '', '', '5', '}'],
    ])
    const heat = await page.$$eval('.both tbody tr:nth-child(4) td', (found) =>
      found.map((cell) => (cell as HTMLElement).style.getPropertyValue('--heat')),
    )
    assert.deepEqual(heat, [...Array(4).fill('0.600'), ...Array(4).fill('1.000')])
    assert.equal(await page.textContent('.both tr.selected .code'), 'function b() {')
    // Who is gone has a place before only.
    await page.evaluate(() => {
      location.hash = '#panel=source&function=left%40app.js%3A1%40baseline'
    })
    await page.waitForFunction(() => document.querySelector('tr.selected .code')?.textContent === 'zero')
    assert.deepEqual(problems, [])
  })

  test('a function that moved stands beside itself, although its neighbours do not', async (t) => {
    const { page } = await show(t, '#panel=source&function=c%40lib.js%3A4')
    const code = (await cells(page, '.both tbody tr')).map((row) => `${row[2]}|${row[5]}`)
    assert.deepEqual(code, ['|x', '|y', '|z', 'function c() {|function c(n) {', '}|}', 'x|', 'y|', 'z|'])
    assert.match(String(await page.textContent('.selection')), /lib\.js:4, before lib\.js:1 · moved/)
  })

  test('opens as the address says, and shows a graph of one version as ever', async (t) => {
    const single = { ...versions(), id: 'one/version', diff: null, nodeSelfBaseline: new Float32Array(0) }
    const { page } = await show(t, '#scenario=a%2Fdiff.micro&only=changed&width=change', [versions(), single])
    assert.equal(await page.getAttribute('.versions button:has-text("change")', 'aria-pressed'), 'true')
    assert.equal(await colourAt(page, 610, 2), 'white')
    assert.equal(await page.isVisible('button:has-text("in time")'), false)
    await page.selectOption('select', { index: 1 })
    await page.waitForFunction(() => document.querySelector('.versions')?.hasAttribute('hidden'))
    assert.equal(await page.isVisible('.blame'), false)
    assert.equal(await page.isVisible('button:has-text("in time")'), true)
    assert.deepEqual((await cells(page, '.table thead tr'))[0]?.[0], 'self ▾')
    assert.deepEqual((await labels(page)).sort(), [
      '(root)',
      'a  app.js:1',
      'b  app.js:2',
      'c  lib.js:4',
      'came',
      'noisy  app.js:1',
    ])
    // Neither key has a meaning here.
    const before = await hash(page)
    await page.keyboard.press('c')
    await page.keyboard.press('x')
    assert.deepEqual(await hash(page), before)
  })

  test('sandwich, zoom and search know both versions', async (t) => {
    const { page, problems } = await show(t, '#width=baseline')
    const point = await pointOf(page, 1100, 1)
    await page.mouse.click(point.x, point.y)
    assert.match(String((await hash(page)).zoom), /^0\.8000\d*,0\.2000\d*$/)
    assert.equal(await colourAt(page, 600, 1), 'blue')
    await page.keyboard.press('c')
    assert.equal((await hash(page)).zoom, undefined)
    await page.keyboard.press('2')
    const sandwich = await page.evaluate(
      () =>
        new Promise((done) =>
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              const [callers] = document.querySelectorAll<HTMLCanvasElement>('.sandwich canvas')
              const { data } = callers!.getContext('2d')!.getImageData(1190, callers!.height - 9, 1, 1)
              done(data[2]! > data[0]! ? 'blue' : 'not blue')
            }),
          ),
        ),
    )
    assert.equal(sandwich, 'blue')
    await page.keyboard.press('n')
    assert.equal((await hash(page)).function, 'came@app.js:1')
    assert.deepEqual(problems, [])
  })

  test('names and what the comparison says are shown, never run', async (t) => {
    const evil = versions(EVIL)
    const diff = { ...evil.diff!, baseline: EVIL, candidate: EVIL }
    const sources = [{ ...SOURCES[0]!, text: EVIL, baseline: { text: `${EVIL}\n${EVIL}`, heat: [] } }]
    const { page, problems } = await show(t, '', [{ ...evil, diff, sources }])
    assert.ok((await cells(page, '.table tbody tr')).some((row) => row[6] === `${EVIL} (new)`))
    assert.ok(String(await page.textContent('.legend')).includes(`${EVIL} → ${EVIL}`))
    await page.click('.blame button:has-text("b")')
    await page.keyboard.press('3')
    assert.ok(String(await page.textContent('.both')).includes(EVIL))
    await page.keyboard.press('2')
    assert.equal(await page.evaluate(() => (globalThis as { hacked?: number }).hacked), undefined)
    assert.equal(await page.locator('img').count(), 0)
    assert.deepEqual(problems, [])
  })
})
