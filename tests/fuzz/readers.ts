// Every reader of files that come from elsewhere, with inputs that it reads. Each answers a result that adds up, or a typed error.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { FlamegateError } from '../../perf/errors.ts'
import { readBaseline } from '../../perf/results/baseline.ts'
import { readReport } from '../../perf/results/read-report.ts'
import { prepareForeign } from '../../profile/correct/foreign.ts'
import { mapFrames } from '../../profile/correct/map-sources.ts'
import { exportPprof } from '../../profile/export/pprof.ts'
import { openProfiles } from '../../profile/import/open-profile.ts'
import { ProfileFileError } from '../../profile/import/profile-file-error.ts'
import { functionCosts } from '../../profile/model/functions.ts'
import { describeLoss } from '../../profile/model/losses.ts'
import { selfTimeByNode } from '../../profile/model/self-time.ts'
import { sumOf } from '../../profile/model/sum.ts'
import { SourceMaps } from '../../profile/source/source-map.ts'
import { drawProfile } from '../support/drawn.ts'

/** A kind of input. */
export interface Reader {
  readonly name: string
  readonly seeds: readonly Buffer[]
  /** @throws Error for what is no answer: a crash, or numbers that do not add up */
  read(input: Buffer): Promise<void>
}

/** A folder for files that readers want by name, and the readers. */
export interface Readers {
  readonly list: readonly Reader[]
  close(): void
}

const FIXTURES = new URL('../fixtures/', import.meta.url)
const fixture = (path: string) => readFileSync(new URL(path, FIXTURES))

/** Ready to be read by. */
export function openReaders(): Readers {
  const folder = mkdtempSync(join(tmpdir(), 'flamegate-fuzz-'))
  const file = (name: string, content: Buffer | string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const opened = readdirSync(new URL('opened/', FIXTURES))
  const traces = opened.filter((name) => name.includes('trace'))
  const heaps = opened.filter((name) => name.includes('heap'))
  const others = opened.filter((name) => !traces.includes(name) && !heaps.includes(name))
  const list: Reader[] = [
    {
      name: 'profile',
      seeds: [
        ...others.map((name) => fixture(`opened/${name}`)),
        fixture('profiles/v8-profiler-next.node-20.json'),
      ],
      read: readProfile,
    },
    {
      name: 'heap profile',
      seeds: [...heaps.map((name) => fixture(`opened/${name}`)), fixture('profiles/heap-prof.node-24.json')],
      read: readProfile,
    },
    {
      name: 'trace',
      seeds: [...traces.map((name) => fixture(`opened/${name}`)), TRACE, TRACE_WITH_MAPS],
      read: readProfile,
    },
    { name: 'pprof', seeds: [PPROF, gzipSync(PPROF)], read: readProfile },
    {
      name: 'source map',
      seeds: [...['min', 'sections', 'stray'].map((name) => fixture(`bundles/${name}.mjs.map`)), SCOPED_MAP],
      async read(input) {
        const bundle = file('a.mjs', `${BUNDLE}\n//# sourceMappingURL=a.map\n`)
        file('a.map', input)
        mapAll(pathToFileURL(bundle).href)
      },
    },
    {
      name: 'bundle',
      seeds: ['min', 'sections', 'stray'].map((name) => fixture(`bundles/${name}.mjs`)),
      async read(input) {
        file('min.mjs.map', fixture('bundles/min.mjs.map'))
        mapAll(pathToFileURL(file('b.mjs', input)).href)
      },
    },
    {
      name: 'baseline',
      seeds: [BASELINE],
      read: async (input) => void (await readBaseline(file('baseline.json', input))),
    },
    {
      name: 'report',
      seeds: [fixture('reports/version-2.json')],
      read: async (input) => void (await readReport(file('report.json', input))),
    },
  ]
  return { list: list.map(allowTypedErrors), close: () => rmSync(folder, { recursive: true, force: true }) }
}

function allowTypedErrors(reader: Reader): Reader {
  return {
    ...reader,
    async read(input) {
      try {
        await reader.read(input)
      } catch (error) {
        if (!(error instanceof FlamegateError || error instanceof ProfileFileError)) throw error
      }
    },
  }
}

async function readProfile(input: Buffer): Promise<void> {
  for (const opened of await openProfiles(input, 'input')) {
    const maps = new SourceMaps()
    for (const map of opened.maps ?? []) maps.add(map)
    for (const loss of opened.losses) assertNumber(loss.count / loss.of, describeLoss(loss))
    if (opened.kind === 'heap') {
      assertSum(opened.heap.selfBytes, functionCosts(opened.heap.tree, opened.heap.selfBytes))
      mapFrames(opened.heap.tree.frames, new SourceMaps())
      continue
    }
    const { profile, facts } = prepareForeign(opened.profile, opened.losses, maps)
    for (const value of [facts.durationUs, facts.busyUs, facts.idleUs, facts.gcUs])
      assertNumber(value, 'a fact')
    const self = selfTimeByNode(profile)
    assertSum(self, functionCosts(profile, self))
  }
}

function assertNumber(value: number, what: string): void {
  if (!Number.isFinite(value) || value < 0) throw new Error(`${what} is ${value}`)
}

function assertSum(
  self: Float64Array,
  costs: readonly { readonly self: number; readonly total: number }[],
): void {
  const whole = sumOf(self)
  assertNumber(whole, 'the sum')
  const sum = costs.reduce((total, cost) => total + cost.self, 0)
  if (Math.abs(sum - whole) > 1e-6 * whole + 1e-6)
    throw new Error(`self costs add up to ${sum}, not ${whole}`)
  for (const { total } of costs)
    if (total > whole * (1 + 1e-6) + 1e-6) throw new Error(`a total of ${total} of ${whole}`)
}

/** Scopes of two functions, one in the other; the names come last, since they count from the one before. */
const SCOPED_MAP = Buffer.from(
  JSON.stringify({
    ...JSON.parse(fixture('bundles/min.mjs.map').toString()),
    scopes: 'BFAAC,BHBKCC,DAC,CBA,CBA,,FGAA,FGKC,GgC,GgC',
  }),
)

const BUNDLE = fixture('bundles/min.mjs').toString().split('\n')[0]!

/** As if a function began at every tenth place. */
function mapAll(url: string): void {
  const frames = Array.from({ length: 100 }, (_, i) => ({
    functionName: i % 3 ? 'a' : '',
    url,
    line: 1,
    column: 1 + 10 * i,
  }))
  for (const { line, column } of mapFrames(frames, new SourceMaps())) assertNumber(line + column, 'a place')
}

const PPROF = Buffer.from(
  exportPprof(
    drawProfile([
      ['a > b@file:///src/b.js:7', 3000],
      ['a > c', 2000],
      ['(garbage collector)', 1000],
    ]),
  ),
)

const TRACE = Buffer.from(
  JSON.stringify([
    { ph: 'M', name: 'thread_name', pid: 7, tid: 1, args: { name: 'CrRendererMain' } },
    { ph: 'P', name: 'Profile', pid: 7, tid: 1, id: '0x1', args: { data: { startTime: 1000 } } },
    {
      ph: 'P',
      name: 'ProfileChunk',
      pid: 7,
      tid: 9,
      id: '0x1',
      args: {
        data: {
          cpuProfile: {
            nodes: [
              { id: 1, callFrame: { functionName: '(root)', scriptId: 0 } },
              {
                id: 2,
                parent: 1,
                callFrame: { functionName: 'a', scriptId: 3, url: 'http://x/a.js', lineNumber: 1 },
              },
            ],
            samples: [2, 1, 2],
          },
          timeDeltas: [10, 1000, 1000],
          lines: [2, 0, 3],
        },
      },
    },
  ]),
)

/** As DevTools saves it, with the maps of its scripts. */
const TRACE_WITH_MAPS = Buffer.from(
  JSON.stringify({
    traceEvents: JSON.parse(TRACE.toString()),
    metadata: {
      source: 'DevTools',
      sourceMaps: [
        { url: 'http://x/a.js', sourceMap: JSON.parse(fixture('bundles/min.mjs.map').toString()) },
      ],
    },
  }),
)

/** A row of one scenario: the whole file takes too long. */
const BASELINE = readBaselineSeed()

function readBaselineSeed(): Buffer {
  const { rows, ...rest } = JSON.parse(readFileSync(new URL('../../baseline.json', import.meta.url), 'utf8'))
  const small = Object.values(rows as Record<string, { scenarios: Record<string, unknown> }>).map((row) => ({
    ...row,
    scenarios: Object.fromEntries(Object.entries(row.scenarios).slice(0, 1)),
  }))
  return Buffer.from(
    JSON.stringify({
      ...rest,
      rows: Array.isArray(rows)
        ? small
        : Object.fromEntries(Object.keys(rows).map((key, i) => [key, small[i]])),
    }),
  )
}
