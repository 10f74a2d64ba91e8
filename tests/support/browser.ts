// Pages for tests, and everything that goes wrong on them.
import { after, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './chromium.ts'

/** One browser for all tests of a file: to start one takes longer than most of them. */
let shared: Promise<Browser> | undefined
// Of the whole file, since it is asked for while the file is loaded.
after(async () => (await shared)?.close())

/** A page that shares nothing with those of other tests, and everything that went wrong on it. */
export async function openPage(t: TestContext): Promise<{ page: Page; problems: string[] }> {
  shared ??= launchBrowser()
  const browser = await shared
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } })
  t.after(() => context.close())
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) problems.push(`request: ${request.url()}`)
  })
  return { page, problems }
}
