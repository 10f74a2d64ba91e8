// The page of a run, in a browser: overview, scenarios, address, keyboard, and what keeps nobody out.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { QUANTILES } from '../../perf/measure/measure.ts'
import type { MeasuredResult, Report } from '../../perf/results/report.ts'
import { chromiumPath } from '../support/chromium.ts'
import { EVIL, versions } from '../support/diff-page.ts'
import { findBarriers, showReport } from '../support/report-page.ts'
import { sampleReports } from '../support/sample-reports.ts'
import { cleanAfterSuite } from '../support/shared.ts'

const APPEND = 'arrays/append.apply'
const ids = (page: Page) =>
  page.$$eval('.scenario-table tbody tr .id', (found) => found.map(({ textContent }) => textContent))
const chips = (page: Page) =>
  page.$$eval('.scenario-table tbody tr .chip', (found) => found.map(({ textContent }) => textContent))
const OTHER_CODE: MeasuredResult['code'] = {
  change: { functions: [{ file: 'src/engine.ts', name: 'applyEvent' }], others: [] },
  tokensPerOp: { baseline: 12_345, candidate: 15_999 },
  calls: [{ file: 'src/state.ts', name: 'deepClone', baseline: 808, candidate: 1_616 }],
}
const graphOf = (id: string) => ({ ...versions(), id })

describe('the page of a run', { skip: chromiumPath === undefined ? 'no Chromium here' : false }, () => {
  const { reports } = sampleReports(cleanAfterSuite())
  const blamed = () => reports['lockstep-blamed']!()
  const diagnosed = async (): Promise<Report> => {
    const report = await reports['lockstep-diagnosed']!()
    const scenarios = report.scenarios.map((result) =>
      result.status === 'measured' ? { ...result, code: OTHER_CODE } : result,
    )
    return { ...report, scenarios }
  }

  test('opens on what came of the run: what regressed and who did it, then every scenario', async (t) => {
    const { page, problems } = await showReport(t, await blamed())
    assert.equal(await page.textContent('.outcome h2'), '1 of 2 scenarios regressed against main')
    assert.match(
      String(await page.textContent('.cause')),
      /^▲regressedarrays\/append\.applytime per op \+41 % .* is deepClone \(src\/state\.mjs:1\), now called 2× per op/,
    )
    assert.deepEqual(await ids(page), [APPEND, 'arrays/toggle.apply'])
    assert.deepEqual(await chips(page), ['▲regressed', '✓pass'])
    assert.match(
      String(await page.getAttribute('.scenario-table .track', 'aria-label')),
      /^time per op \+41 %, from .* to .*; again in fresh processes: .*; limit \+25 %; less than .* may stay unseen$/,
    )
    assert.equal(await page.textContent('.scenario-table td.hottest .fn'), 'deepClone')
    assert.equal(await page.locator('canvas').count(), 0)
    assert.deepEqual(problems, [])
  })

  test('scenarios that one function made slower are one cause, with a link to each', async (t) => {
    const report = await blamed()
    const slower = report.scenarios.find(({ id }) => id === APPEND)!
    const scenarios = [
      slower,
      { ...slower, id: 'arrays/reorder.apply' },
      { ...slower, id: 'noop/refresh.apply' },
    ]
    const { page } = await showReport(t, { ...report, scenarios })
    assert.equal(await page.locator('.cause').count(), 1)
    assert.equal(
      await page.textContent('.cause-others'),
      'The same in arrays/reorder.apply +41 %, noop/refresh.apply +41 %',
    )
    await page.click('.cause-others a:last-child')
    assert.equal(await page.textContent('.title h2'), 'noop/refresh.apply')
  })

  test('leads to the lines of who is named, in both versions', async (t) => {
    const { page } = await showReport(t, await blamed(), { graphs: [graphOf(APPEND)] })
    await page.click('.cause-main')
    for (const link of ['.deltas .blamed', 'button:has-text("Source ↓")']) {
      await page.click(link)
      await page.waitForSelector('.source.both tr.selected')
      await page.click('button:has-text("Functions")')
      await page.waitForSelector('.source', { state: 'detached' })
    }
    await page.click('button:has-text("Source ↓")')
    await page.waitForSelector('.source.both tr.selected')
    assert.match(String(await page.textContent('.source.both thead')), /old: app\.jsnew: app\.js/)
    await page.setViewportSize({ width: 390, height: 844 })
    const [before, after] = ['td.before:has-text("fast")', 'td.after:has-text("slow")'].map((cell) =>
      page.locator(`.source ${cell}`),
    )
    assert.ok((await after!.boundingBox())!.y > (await before!.boundingBox())!.y)
    assert.equal(await page.locator('.source tr.same td.code.before').first().isVisible(), false)
  })

  test('a green run says so, and what it is not sure of', async (t) => {
    const { page } = await showReport(t, await reports['lockstep-inconclusive']!())
    assert.equal(
      await page.textContent('.outcome h2'),
      'No regression against main in 2 scenarios; 1 is inconclusive',
    )
    assert.equal(await page.locator('.cause').count(), 0)
  })

  test('what was not measured has no numbers, and its reason', async (t) => {
    const { page } = await showReport(t, await reports.failed!())
    assert.deepEqual(await chips(page), ['✕failed', '✓pass'])
    assert.match(String(await page.textContent('.cause')), /no `result` within 17 s: it <hangs>/)
    assert.equal(await page.textContent('.scenario-table tbody tr td.number'), '–')
    assert.equal(await page.textContent('.scenario-table tbody tr .track'), 'not compared')
    await page.click('.cause')
    assert.equal(await page.textContent('.scenario-view .title h2'), 'arrays/toggle.apply')
    assert.equal(await page.textContent('.profile-card'), 'ProfileThere is no graph of this scenario.')
  })

  test('sorts, filters by text and verdict, and keeps both in the address', async (t) => {
    const report = await reports['stored-pass']!()
    const { page } = await showReport(t, report)
    const all = report.scenarios.map(({ id }) => id)
    await page.click('th.scenario button')
    assert.deepEqual(await ids(page), all.toSorted())
    await page.click('th.scenario button')
    assert.deepEqual(await ids(page), all.toSorted().reverse())
    assert.equal(await page.getAttribute('th.scenario', 'aria-sort'), 'descending')
    await page.keyboard.press('/')
    await page.keyboard.type('http')
    assert.deepEqual(await ids(page), ['arrays/append.http'])
    assert.equal(await page.evaluate(() => location.hash), '#sort=scenario&order=reversed&filter=http')
    await page.keyboard.press('Escape')
    assert.equal((await ids(page)).length, all.length)
    await page.click('.kinds button:has-text("improved")')
    assert.deepEqual(await ids(page), ['arrays/toggle.apply'])
    await page.reload()
    await page.waitForSelector('.scenario-table tbody tr')
    assert.deepEqual(await ids(page), ['arrays/toggle.apply'])
    await page.click('.kinds button:has-text("all")')
    assert.equal((await ids(page)).length, all.length)
  })

  test('keys choose a scenario, open it, go on to the next one, and back', async (t) => {
    const { page } = await showReport(t, await blamed())
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.scenario-view')
    assert.equal(await page.textContent('.title h2'), 'arrays/toggle.apply')
    await page.keyboard.press('[')
    await page.waitForFunction((id) => document.querySelector('.title h2')?.textContent === id, APPEND)
    await page.keyboard.press('u')
    await page.waitForSelector('.overview')
    await page.goBack()
    await page.waitForSelector('.scenario-view')
    assert.equal(await page.textContent('.title h2'), APPEND)
  })

  test('a scenario shows the evidence: metrics against limits, pairs, forks, functions, its graph', async (t) => {
    const { page, problems } = await showReport(t, await blamed(), {
      graphs: [graphOf(APPEND)],
      hash: `#scenario=${encodeURIComponent(APPEND)}`,
    })
    const rows = await page.$$eval('.metrics tbody tr', (found) => found.map((row) => row.textContent))
    assert.match(String(rows[0]), /^throughput.* ops\/s.*−29 % .*−20 %▲regressed$/)
    assert.equal(rows.length, 5)
    const result = (await blamed()).scenarios.find(({ id }) => id === APPEND) as MeasuredResult
    assert.equal(await page.locator('.trials').nth(0).locator('.dot').count(), 5 * result.pairs.length)
    assert.equal(await page.locator('.trials').nth(1).locator('.dot').count(), 4 * result.forks.length)
    // The same numbers, for those who do not see dots.
    await page.locator('.trials summary').first().click()
    assert.equal(await page.locator('.trials').nth(0).locator('tbody tr').count(), result.pairs.length)
    assert.match(String(await page.textContent('.deltas')), /deepClone.*1 → 2/)
    assert.equal(await page.locator('.profile canvas').count(), 1)
    await page.keyboard.press('3')
    await page.waitForSelector('.source')
    assert.match(await page.evaluate(() => location.hash), /scenario=arrays.*panel=source/)
    assert.deepEqual(problems, [])
  })

  test('a scenario says what makes it cost so much, what differs in its code, how its ops are spread', async (t) => {
    const { page, problems } = await showReport(t, await diagnosed(), {
      hash: `#scenario=${encodeURIComponent(APPEND)}`,
    })
    const findings = await page.$$eval('.findings li', (found) => found.map(({ textContent }) => textContent))
    assert.match(
      String(findings[0]),
      /^62 %9\.30 µsA whole value is copied .*deepClone {2}src\/state\.ts:9Try: copy only/,
    )
    assert.equal(findings.length, 2)
    assert.match(String(await page.textContent('.code-card')), /calls of deepClone.*8081,616.*applyEvent/)
    assert.equal(await page.locator('.plot polyline').count(), 2)
    await page.click('.distribution summary')
    const rows = await page.$$eval('.distribution tbody tr', (found) =>
      found.map(({ textContent }) => textContent),
    )
    assert.equal(rows.length, QUANTILES.length)
    assert.match(String(rows[6]), /^50 %[\d.]+ µs[\d.]+ µs\+\d/)
    assert.deepEqual(problems, [])
  })

  test('a verdict that it does not know is shown by its name', async (t) => {
    const report = await blamed()
    const unknown = { kind: 'quite-new' } as unknown as MeasuredResult['verdict']
    const scenarios = report.scenarios.map((result, i) =>
      i === 0 ? { ...result, verdict: unknown } : result,
    )
    const { page, problems } = await showReport(t, { ...report, scenarios } as Report)
    assert.deepEqual(await chips(page), ['·quite new', '✓pass'])
    assert.deepEqual(problems, [])
  })

  test('nothing wider than a telephone, and nothing that axe calls serious', async (t) => {
    for (const hash of ['', `#scenario=${encodeURIComponent(APPEND)}`]) {
      const { page } = await showReport(t, await diagnosed(), { graphs: [graphOf(APPEND)], hash })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        assert.deepEqual(await findBarriers(page), [], `${hash} ${colorScheme}`)
      }
      await page.setViewportSize({ width: 390, height: 844 })
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390)
      assert.deepEqual(await findBarriers(page), [], `${hash} narrow`)
      if (hash === '') continue
      await page.keyboard.press('3')
      await page.waitForSelector('.source')
      assert.deepEqual(await findBarriers(page), [], 'source')
    }
  })

  test('what scenarios, people and errors say is shown, never run, and breaks nothing', async (t) => {
    const report = await reports['stored-unproven']!()
    const names = [EVIL, `\u202eevil\u200b${'x'.repeat(10_000)}`, 'two\nlines']
    const scenarios = report.scenarios.map((result, i) => ({
      ...result,
      id: names[i] ?? result.id,
      parameters: { [EVIL]: EVIL },
      ...(result.status === 'measured' && { warnings: [{ code: 'trend', message: EVIL, cure: EVIL }] }),
    })) as Report['scenarios']
    const { page, problems } = await showReport(t, {
      ...report,
      scenarios,
      run: { ...report.run, against: EVIL, filters: [EVIL] },
    })
    assert.ok((await ids(page)).includes(EVIL))
    await page.setViewportSize({ width: 390, height: 844 })
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390)
    for (const name of names) {
      await page.evaluate((id) => {
        location.hash = `#${new URLSearchParams({ scenario: id })}`
      }, name)
      await page.waitForFunction((id) => document.querySelector('.title h2')?.textContent === id, name)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, name.slice(0, 20))
    }
    assert.equal(await page.evaluate(() => (globalThis as { hacked?: number }).hacked), undefined)
    assert.equal(await page.locator('img').count(), 0)
    assert.deepEqual(problems, [])
  })
})
