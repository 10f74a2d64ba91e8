import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { EXPORT_FORMATS, EXPORT_SUFFIX, exportProfile } from '../../profile/export/index.ts'
import { openPage } from '../support/browser.ts'
import { chromiumPath, serveFolder } from '../support/chromium.ts'
import { drawProfile } from '../support/drawn.ts'

const speedscope = dirname(createRequire(import.meta.url).resolve('speedscope/package.json'))
const profile = drawProfile([
  ['a > b@file:///src/b.js:7', 3000],
  ['a > c;d@node:internal/x:2', 2000],
  ['(garbage collector)', 1000],
  ['a', 2000],
])

test('speedscope itself opens every export', {
  skip: chromiumPath === undefined ? 'no Chromium here' : false,
}, async (t) => {
  const { page } = await openPage(t)
  const { address, close } = await serveFolder(join(speedscope, 'dist/release'))
  t.after(close)
  for (const format of EXPORT_FORMATS) {
    // Asked for a local file, it offers a function that takes one.
    await page.goto(`${address}?${format}#localProfilePath=none.js`)
    const content = Buffer.from(await exportProfile(profile, format, 'exported'))
    await page.waitForFunction(() => 'speedscope' in window)
    await page.evaluate(
      ([name, base64]) => (window as unknown as Speedscope).speedscope.loadFileFromBase64(name!, base64!),
      [`exported${EXPORT_SUFFIX[format]}`, content.toString('base64')],
    )
    await page.waitForFunction(() => document.title.includes('exported'), undefined, { timeout: 10_000 })
  }
})

interface Speedscope {
  readonly speedscope: { loadFileFromBase64(name: string, base64: string): Promise<void> }
}
