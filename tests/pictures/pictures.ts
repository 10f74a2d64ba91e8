// The pictures in the docs: pages of real runs, in Chromium. A clone of this repository, in which nasc-server clones once too
// often, is compared with its own commit, and one scenario is profiled.
// npm run docs:pictures [-- --page <report.html of a run> --profile <flamegraph.html>]
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../support/chromium.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PICTURES = join(ROOT, 'docs', 'pictures')
/** Where git does not look. */
const CLONE = join(ROOT, 'tmp', 'pictures', 'flamegate')
/** Two that run what is planted, and two that do not. */
const SCENARIOS = [
  'property/single.apply',
  'arrays/append.apply',
  'mount/cold.processor',
  'mount/warm.processor',
]
const PROFILED = 'arrays/append.http'

/** What somebody writes who wants to be safe. */
const CAREFUL = {
  file: join('packages', 'nasc-server', 'src', 'engine.ts'),
  from: 'diffStates(current, newState)',
  to: 'diffStates(deepClone(current), newState)',
}

/** A picture of a page: its name, its address behind the file's, and how much of it. */
interface Picture {
  readonly name: string
  readonly page: string
  readonly hash: string
  readonly height: number
  prepare(page: Page): Promise<void>
}

const { values } = parseArgs({ options: { page: { type: 'string' }, profile: { type: 'string' } } })
const report = values.page ?? compareWithCopy()
const profile = values.profile ?? profileOne()
const browser = await launchBrowser()
try {
  for (const picture of choosePictures()) await take(browser, picture)
} finally {
  await browser.close()
}

function choosePictures(): Picture[] {
  const nothing = async () => {}
  const hash = `#${new URLSearchParams({ scenario: SCENARIOS[0]! })}`
  return [
    { name: 'overview', page: report, hash: '', height: 716, prepare: nothing },
    { name: 'differential', page: report, hash, height: 600, prepare: (page) => page.keyboard.press('f') },
    { name: 'profile', page: profile, hash: '', height: 560, prepare: nothing },
  ]
}

/** @returns the page of a run that is red */
function compareWithCopy(): string {
  rmSync(CLONE, { recursive: true, force: true })
  execFileSync('git', ['clone', '--quiet', ROOT, CLONE])
  execFileSync('git', ['-C', CLONE, 'checkout', '--quiet', '-B', 'main'])
  symlinkSync(join(ROOT, 'node_modules'), join(CLONE, 'node_modules'), 'junction')
  const file = join(CLONE, CAREFUL.file)
  const text = readFileSync(file, 'utf8')
  if (!text.includes(CAREFUL.from)) throw new Error(`${file} has no ${CAREFUL.from} any more`)
  writeFileSync(file, text.replace(CAREFUL.from, CAREFUL.to))
  flamegate(CLONE, 'compare', 'main', ...SCENARIOS)
  return join(latest(CLONE), 'report.html')
}

/** @returns the page of a profile */
function profileOne(): string {
  flamegate(ROOT, 'profile', PROFILED, '--no-open')
  return join(latest(ROOT), 'flamegraph.html')
}

function flamegate(cwd: string, ...args: string[]): void {
  const command = join(ROOT, 'scripts', 'flamegate.mjs')
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, STRICT_PERF: '' },
  })
}

/** The folder of the run that has just ended, where its link still points when the next one has. */
function latest(root: string): string {
  return realpathSync(join(root, 'tmp', 'perf', 'latest'))
}

/** Both, as GitHub shows the one that suits its reader. */
async function take(browser: Browser, { name, page: path, hash, height, prepare }: Picture): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ viewport: { width: 1180, height }, colorScheme })
    const page = await context.newPage()
    await page.goto(pathToFileURL(path).href + hash)
    await page.waitForFunction(() => performance.getEntriesByName('flamegate-ready').length > 0)
    await prepare(page)
    // The canvas takes its height from what was drawn first.
    await page.waitForTimeout(500)
    const file = join(PICTURES, `${name}-${colorScheme}.png`)
    await page.screenshot({ path: file })
    process.stdout.write(`${file}  ${Math.round(statSync(file).size / 1024)} kB\n`)
    await context.close()
  }
}
