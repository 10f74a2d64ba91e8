// The flamegraph page in headless Chromium: until it can be used, and how long one zoom blocks its main thread. Beside it
// the pages that speedscope, 0x and d3-flame-graph (as its manual has it) make of the same profile.
// node --import ./perf/process/strip-types/register.mjs tests/benchmarks/page.ts <file.cpuprofile …>
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { renderTable } from '../../perf/report/parts/markdown-table.ts'
import { median } from '../../perf/stats/quantile.ts'
import { unshiftLines } from '../../profile/correct/lines.ts'
import { toGraph } from '../../profile/flamegraph/graph.ts'
import { renderPage } from '../../profile/flamegraph/page.ts'
import { readCpuProfile } from '../../profile/import/document.ts'
import type { CpuProfile } from '../../profile/model/model.ts'
import { selfTimeByNode } from '../../profile/model/self-time.ts'
import { Sources } from '../../profile/source/sources.ts'
import { launchBrowser } from '../support/chromium.ts'

const RUNS = 5
/** Nobody waits longer for a page. */
const PATIENCE_MS = 60_000
const MOST_D3_NODES = 60_000

/** What a page notes about itself. */
interface Seen {
  readonly seen: { long: number; usable: number }
}

const folder = mkdtempSync(join(tmpdir(), 'flamegate-pages-'))
const browser = await launchBrowser()
const rows: string[][] = []
const add = (row: string[]) => {
  rows.push(row)
  process.stderr.write(`${row.join('  ')}\n`)
}
try {
  for (const file of process.argv.slice(2)) {
    const { profile } = unshiftLines(readCpuProfile(file), [])
    const nodes = profile.nodeFrame.length
    const graph = toGraph([{ profile, places: [] }], {
      id: basename(file),
      note: '',
      total: profile.sampleUs.reduce((a, b) => a + b, 0) * 1000,
      unit: 'ns',
      shorten: (url) => url,
      factsOf: () => ({ callsPerOp: null, bytesPerOp: null }),
      sources: new Sources([]),
      mayEmbed: () => true,
    })
    const own = join(folder, 'own.html')
    writeFileSync(own, await renderPage({ title: 'benchmark', graphs: [graph] }))
    add(await measurePage(browser, basename(file), nodes, 'flamegate', own))
    const speedscope = renderWithSpeedscope(file)
    add(await measurePage(browser, basename(file), nodes, 'speedscope', speedscope))
    const other = renderWithZeroX(file)
    if (other !== undefined) add(await measurePage(browser, basename(file), nodes, '0x', other))
    // Beyond, it takes minutes.
    if (nodes <= MOST_D3_NODES)
      add(await measurePage(browser, basename(file), nodes, 'd3-flame-graph', await renderWithD3(profile)))
  }
} finally {
  const head = ['profile', 'page', 'nodes', 'MB', 'usable after ms', 'one zoom blocks ms', 'n']
  process.stdout.write(`${renderTable(head, rows, 2)}\n`)
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

/** As its command opens it: its page, and the profile as a script beside it. */
function renderWithSpeedscope(file: string): string {
  const scope = dirname(createRequire(import.meta.url).resolve('speedscope/package.json'))
  const out = mkdtempSync(join(folder, 'speedscope-'))
  const page = join(out, 'index.html')
  const script = join(out, 'profile.js')
  cpSync(join(scope, 'dist', 'release'), out, { recursive: true })
  const call = [basename(file), readFileSync(file, 'base64')].map((text) => JSON.stringify(text))
  writeFileSync(script, `speedscope.loadFileFromBase64(${call.join(', ')})`)
  return `${page}#localProfilePath=${script}`
}

interface D3Node {
  readonly name: string
  value: number
  readonly children: D3Node[]
}

async function renderWithD3(profile: CpuProfile): Promise<string> {
  const self = selfTimeByNode(profile)
  const nodes = Array.from(profile.nodeFrame, (frame): D3Node => {
    return { name: profile.frames[frame]!.functionName, value: 0, children: [] }
  })
  for (let node = nodes.length - 1; node >= 0; node--) {
    nodes[node]!.value += self[node]!
    const parent = profile.nodeParent[node]!
    if (parent < 0) continue
    nodes[parent]!.value += nodes[node]!.value
    nodes[parent]!.children.push(nodes[node]!)
  }
  const { outputFiles } = await build({
    stdin: {
      contents: `import flamegraph from 'd3-flame-graph'; import { select } from 'd3-selection'
        const data = JSON.parse(document.getElementById('data').textContent)
        select('#chart').datum(data).call(flamegraph().width(1400))`,
      resolveDir: dirname(fileURLToPath(import.meta.url)),
    },
    bundle: true,
    write: false,
    minify: true,
    loader: { '.css': 'empty' },
  })
  const path = join(folder, 'd3.html')
  const data = JSON.stringify(nodes[0]).replaceAll('<', '\\u003c')
  writeFileSync(
    path,
    `<!doctype html><meta charset="utf-8"><div id="chart"></div><script type="application/json" id="data">${data}</script><script>${outputFiles[0]!.text}</script>`,
  )
  return path
}

function renderWithZeroX(file: string): string | undefined {
  const script = createRequire(import.meta.url).resolve('0x/cmd.js')
  const out = mkdtempSync(join(folder, '0x-'))
  // It writes its page beside the profile.
  const copy = join(out, 'a.cpuprofile')
  copyFileSync(file, copy)
  try {
    execFileSync(
      process.execPath,
      [
        '--max-old-space-size=8192',
        '--stack-size=50000',
        script,
        '--silent',
        '--output-dir',
        out,
        '--visualize-cpu-profile',
        copy,
      ],
      {
        cwd: out,
        stdio: 'ignore',
        timeout: 120_000,
      },
    )
    const page = readdirSync(out, { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith('.html'),
    )
    return page === undefined ? undefined : join(out, page)
  } catch {
    return undefined
  }
}

/** A row of the table: a page in the browser, several times. */
async function measurePage(
  browser: Browser,
  name: string,
  nodes: number,
  what: string,
  path: string,
): Promise<string[]> {
  const [file = '', hash = ''] = path.split('#')
  const megabytes = (hash === '' ? statSync(file).size : sizeOfFolder(dirname(file))) / 1e6
  const head = [name, what, nodes.toLocaleString('en-US'), megabytes.toFixed(1)]
  const usable: number[] = []
  const blocked: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    await page.addInitScript(() => {
      const seen = { long: 0, usable: 0 }
      Object.assign(globalThis, { seen })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.long = Math.max(seen.long, entry.duration)
      }).observe({ entryTypes: ['longtask'] })
      // Usable: there is something to look at, and the main thread came round to the next frame.
      const look = () => {
        const isReady = performance.getEntriesByName('flamegate-ready').length > 0
        // Its page has a canvas before it has a profile.
        const isWaiting = 'speedscope' in globalThis && !document.title.includes('.cpuprofile')
        const isOther =
          document.querySelector('header h1') === null &&
          document.querySelector('canvas, #chart rect') !== null &&
          !isWaiting
        if (isReady || isOther) seen.usable = performance.now()
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })
    await page.goto(`${pathToFileURL(file).href}${hash === '' ? '' : `#${hash}`}`, { waitUntil: 'commit' })
    const isUsable = await page
      .waitForFunction(() => (globalThis as unknown as Seen).seen.usable > 0, undefined, {
        timeout: PATIENCE_MS,
      })
      .then(
        () => true,
        () => false,
      )
    if (!isUsable) {
      await page.close()
      return [...head, `over ${PATIENCE_MS}`, '–', '1']
    }
    usable.push(await page.evaluate(() => (globalThis as unknown as Seen).seen.usable))
    await page.waitForTimeout(500)
    await page.evaluate(() => {
      ;(globalThis as unknown as Seen).seen.long = 0
    })
    const box = (await page.locator('canvas, #chart svg').first().boundingBox())!
    const at = [box.x + box.width / 3, Math.min(box.y + box.height, 900) - 60] as const
    // Where one click chooses, two zoom.
    await (what === 'speedscope' ? page.mouse.dblclick(...at) : page.mouse.click(...at))
    await page.waitForTimeout(1500)
    blocked.push(await page.evaluate(() => (globalThis as unknown as Seen).seen.long))
    await page.close()
  }
  const longest = median(blocked)
  return [...head, median(usable).toFixed(0), longest === 0 ? 'under 50' : longest.toFixed(0), String(RUNS)]
}

function sizeOfFolder(path: string): number {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0)
}
