// Other people's tools, asked about the same two versions.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../../../perf/process/program.ts'
import { median } from '../../../perf/stats/quantile.ts'
import { mannWhitneyP, welchP } from '../../../perf/stats/significance.ts'
import { isInstalled } from '../../../perf/suite/installed.ts'
import type { PeerJob, PeerSides } from './job.ts'

/** What somebody else's tool makes of two versions. */
export interface PeerEstimate {
  /** Candidate ÷ baseline, of the cost that the tool reports first. */
  readonly ratio: number
  /** Chance of a difference as large as this from equal code, according to the tool's own numbers. */
  readonly pValue: number
}

export const PEERS = ['tinybench', 'mitata', 'vitest bench', 'benchstat'] as const
export type PeerName = (typeof PEERS)[number]

/** The package that a peer comes in; benchstat's method needs none. */
const PACKAGE: Readonly<Partial<Record<PeerName, string>>> = {
  tinybench: 'tinybench',
  mitata: 'mitata',
  'vitest bench': 'vitest',
}

/** The packages of peers that are not installed here. */
export function missingPeers(): string[] {
  return Object.values(PACKAGE).filter((name) => !isInstalled(name, import.meta.url))
}

/** The peers that can be asked here. */
export function availablePeers(): PeerName[] {
  const missing = missingPeers()
  return PEERS.filter((peer) => !missing.includes(PACKAGE[peer] ?? ''))
}

/** Separate runs of each version for benchstat's method: the fewest that its own documentation calls for is 6. */
const RUNS = 6
const HERE = dirname(fileURLToPath(import.meta.url))
const REGISTER = new URL('../../../perf/process/strip-types/register.mjs', import.meta.url).href
/** What starting a process and loading the code takes, ms; it counts as measuring time too. */
const START_MS = 250
const VITEST_START_MS = 1_500

/** Lets a tool compare two versions in about the job's time, as its users would. */
export async function askPeer(name: PeerName, job: PeerJob, signal: AbortSignal): Promise<PeerEstimate> {
  switch (name) {
    case 'tinybench':
    case 'mitata':
      return fromSides(await runWorker(name, { ...job, timeMs: job.timeMs - START_MS }, signal))
    case 'vitest bench':
      return fromSides(
        await runVitest({ ...job, timeMs: Math.max(1_000, job.timeMs - VITEST_START_MS) }, signal),
      )
    case 'benchstat':
      return runSeparately(job, signal)
    default:
      return name satisfies never
  }
}

function fromSides([baseline, candidate]: PeerSides): PeerEstimate {
  return { ratio: candidate.meanNs / baseline.meanNs, pValue: welchP(baseline, candidate) }
}

/** benchstat: the medians of separate runs, first all of the one version and then all of the other, and Mann-Whitney's test. */
async function runSeparately(job: PeerJob, signal: AbortSignal): Promise<PeerEstimate> {
  const timeMs = Math.max(100, job.timeMs / (2 * RUNS) - START_MS)
  const runs = async (version: 'baseline' | 'candidate') => {
    const means: number[] = []
    for (let i = 0; i < RUNS; i++)
      means.push((await runWorker(version, { ...job, timeMs }, signal))[0].meanNs)
    return means
  }
  const [before, after] = [await runs('baseline'), await runs('candidate')]
  return { ratio: median(after) / median(before), pValue: mannWhitneyP(before, after) }
}

async function runWorker(tool: string, job: PeerJob, signal: AbortSignal): Promise<PeerSides> {
  let sides: PeerSides | undefined
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    REGISTER,
    join(HERE, 'worker.ts'),
    tool,
    JSON.stringify(job),
  ]
  const onMessage = (message: unknown) => {
    sides = message as PeerSides
  }
  await runProgram(process.execPath, args, { signal, onMessage })
  if (sides === undefined) throw new Error(`${tool} ended without a result`)
  return sides
}

interface VitestReport {
  readonly files: readonly {
    readonly groups: readonly {
      readonly benchmarks: readonly {
        readonly name: string
        readonly mean: number
        readonly sem: number
        readonly df: number
      }[]
    }[]
  }[]
}

async function runVitest(job: PeerJob, signal: AbortSignal): Promise<PeerSides> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-vitest-'))
  const output = join(folder, 'result.json')
  const manifest = createRequire(import.meta.url).resolve('vitest/package.json')
  const args = [
    join(dirname(manifest), 'vitest.mjs'),
    'bench',
    '--run',
    '--root',
    HERE,
    '--outputJson',
    output,
  ]
  try {
    await runProgram(process.execPath, args, { signal, env: { FLAMEGATE_PEER_JOB: JSON.stringify(job) } })
    const report = JSON.parse(await readFile(output, 'utf8')) as VitestReport
    const benchmarks = report.files.flatMap(({ groups }) => groups.flatMap((group) => group.benchmarks))
    const side = (wanted: string) => {
      const { mean, sem, df } = benchmarks.find(({ name }) => name === wanted)!
      return { meanNs: mean * 1e6, errorNs: sem * 1e6, degrees: df }
    }
    return [side('baseline'), side('candidate')]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
