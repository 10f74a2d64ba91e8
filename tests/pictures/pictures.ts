// The pictures in the docs: pages and a comment of real runs, in Chromium.
// npm run docs:pictures [-- --red <folder of a run> --green <folder> --profile <folder>]
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { marked } from 'marked'
import type { Browser, Page } from 'playwright-core'
import type { Report } from '../../perf/results/report.ts'
import { launchBrowser } from '../support/chromium.ts'
import { RED_SCENARIO, ROOT, runGreen, runProfile, runRed } from './runs.ts'

const PICTURES = join(ROOT, 'docs', 'pictures')
const SCRATCH = join(ROOT, 'tmp', 'pictures')
/** Of WebP, in per cent: letters stay sharp, and a picture has some 50 kB. */
const QUALITY = 82

/** A picture of a page: its name, its address behind the file's, and how much of it. */
interface Picture {
  readonly name: string
  readonly page: string
  readonly hash?: string
  readonly width?: number
  readonly height: number
  readonly prepare?: (page: Page) => Promise<void>
}

const option = { type: 'string' } as const
const { values } = parseArgs({ options: { red: option, green: option, profile: option } })
mkdirSync(PICTURES, { recursive: true })
mkdirSync(SCRATCH, { recursive: true })
// One after the other: the clone of the one is what the next is made in.
const green = keep('green', values.green ?? runGreen())
const red = keep('red', values.red ?? runRed())
const profile = keep('profile', values.profile ?? runProfile())
const browser = await launchBrowser()
try {
  for (const picture of choosePictures()) await take(browser, picture)
} finally {
  await browser.close()
}

function choosePictures(): Picture[] {
  const overview = join(red, 'report.html')
  const graph = join(profile, 'flamegraph.html')
  const scenario = `#${new URLSearchParams({ scenario: RED_SCENARIO })}`
  return [
    { name: 'comment', page: renderComment(join(red, 'comment.md')), width: 900, height: 376 },
    { name: 'overview', page: overview, height: 716 },
    { name: 'overview-green', page: join(green, 'report.html'), height: 716 },
    { name: 'overview-narrow', page: overview, width: 390, height: 844 },
    { name: 'scenario', page: overview, hash: scenario, height: 900 },
    { name: 'diagnosis', ...diagnosed(), height: 420, prepare: scrollTo('Diagnosis') },
    { name: 'differential', page: overview, hash: scenario, height: 640, prepare: press('f') },
    { name: 'profile', page: graph, height: 600 },
    { name: 'sandwich', page: graph, hash: '#panel=sandwich', height: 960 },
    { name: 'source', page: overview, hash: `${scenario}&panel=source`, height: 640, prepare: showPanel },
  ]
}

/** The first scenario that something is found in. */
function diagnosed(): Pick<Picture, 'page' | 'hash'> {
  for (const folder of [green, red]) {
    const { scenarios } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report
    const found = scenarios.find(
      (result) => result.status === 'measured' && (result.findings ?? []).length > 0,
    )
    if (found !== undefined)
      return { page: join(folder, 'report.html'), hash: `#${new URLSearchParams({ scenario: found.id })}` }
  }
  throw new Error('no scenario has a finding')
}

function press(key: string) {
  return (page: Page) => page.keyboard.press(key)
}

function showPanel(page: Page) {
  return page.locator('.lower').evaluate((element) => element.scrollIntoView())
}

function scrollTo(heading: string) {
  return (page: Page) =>
    page
      .getByRole('heading', { name: heading })
      .first()
      .evaluate((element) => element.scrollIntoView())
}

/** A run's files, where the next run does not reach them. */
function keep(name: string, folder: string): string {
  const kept = join(SCRATCH, name)
  if (resolve(folder) !== kept) cpSync(folder, kept, { recursive: true })
  return kept
}

/** A comment as GitHub shows it. @returns the page */
function renderComment(path: string): string {
  const styles = createRequire(import.meta.url).resolve('github-markdown-css/github-markdown.css')
  const page = join(SCRATCH, 'comment.html')
  const html = `<!doctype html><meta charset="utf-8"><style>${readFileSync(styles, 'utf8')}
    :root { color-scheme: light dark } body { margin: 16px; background: Canvas }
    .markdown-body { border: 1px solid #8886; border-radius: 6px; padding: 16px }
    @media (prefers-color-scheme: dark) { body { background: #0d1117 } }
  </style><article class="markdown-body">${marked.parse(readFileSync(path, 'utf8'), { async: false })}</article>`
  writeFileSync(page, html)
  return page
}

/** Both, as GitHub shows the one that suits its reader. */
async function take(browser: Browser, picture: Picture): Promise<void> {
  const { name, page: path, hash = '', width = 1180, height } = picture
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme })
    const page = await context.newPage()
    await page.goto(pathToFileURL(path).href + hash)
    if (!path.endsWith('comment.html'))
      await page.waitForFunction(() => performance.getEntriesByName('flamegate-ready').length > 0)
    await picture.prepare?.(page)
    // The canvas takes its height from what was drawn first.
    await page.waitForTimeout(500)
    const file = join(PICTURES, `${name}-${colorScheme}.webp`)
    const devtools = await context.newCDPSession(page)
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
    const image = Buffer.from(data, 'base64')
    writeFileSync(file, image)
    process.stdout.write(`${file}  ${Math.round(image.length / 1024)} kB\n`)
    await context.close()
  }
}
