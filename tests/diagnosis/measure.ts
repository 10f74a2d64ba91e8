// What a diagnosis says of programs of known illness, and of healthy ones.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { collectEvidence } from '../../perf/diagnosis/collect.ts'
import { diagnose } from '../../perf/diagnosis/diagnose.ts'
import type { OpEvidence } from '../../perf/diagnosis/evidence.ts'
import { discoverScenarios } from '../../perf/process/discover.ts'
import { runProfiles } from '../../perf/profiling/pass.ts'
import { splitTime } from '../../perf/profiling/summary.ts'
import { describeFinding } from '../../perf/report/parts/findings.ts'
import { profilePlanOf } from '../../perf/run/durations.ts'
import { median } from '../../perf/stats/quantile.ts'
import type { TimeField } from '../../perf/suite/metrics.ts'
import { costFieldOf } from '../../perf/verdict/cost.ts'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
/** The folder that places are told from: no path of this machine is to be recorded. */
const SHOWN_FROM = fileURLToPath(new URL('../..', import.meta.url))
const RECORDING = new URL('../recordings/diagnosis.json', import.meta.url)

/** What a program's profile pass left. */
export interface DiagnosedProgram {
  /** Of a sick one what has to be found first. */
  readonly id: string
  readonly isSick: boolean
  readonly evidence: OpEvidence
}

/** Profiles the programs whose ids have the text in them, as a run does that looks closely. */
export async function measurePrograms(filter = ''): Promise<DiagnosedProgram[]> {
  const found: DiagnosedProgram[] = []
  const { signal } = new AbortController()
  for (const discovered of await discoverScenarios(ROOT, undefined)) {
    const { id, kind } = discovered.scenario
    if (!id.includes(filter)) continue
    const profile = await runProfiles(discovered, profilePlanOf(kind, 'full'), signal)
    if ('failure' in profile) throw new Error(`${id}: ${profile.failure}`)
    const costOf = (field: TimeField) => median(profile.costs.map(({ raw }) => raw[field]))
    const time = splitTime(kind, costOf(costFieldOf(kind)), costOf('cpuNsPerOp'), profile.profiles)
    const isSick = !/healthy[^/\\]*$/.test(discovered.suiteFile)
    found.push({ id, isSick, evidence: collectEvidence(profile, { kind, ...time }, SHOWN_FROM) })
  }
  return found
}

/** One line a program, as Markdown. */
export function renderPrograms(programs: readonly DiagnosedProgram[]): string {
  const rows = programs.map(({ id, isSick, evidence }) => {
    const [first] = diagnose(evidence)
    const isRight = isSick ? first?.code === id.split(' ')[0] : first === undefined
    const found = first === undefined ? '–' : `${first.code}: ${describeFinding(first)}`
    return `| ${isSick ? id : `${id} (healthy)`} | ${isRight ? 'yes' : '**no**'} | ${found.replaceAll('|', '\\|')} |\n`
  })
  return `| program | right | first finding |\n|---|---|---|\n${rows.join('')}`
}

/** Keeps what the programs left, and what is kept of others. */
async function record(programs: readonly DiagnosedProgram[]): Promise<void> {
  const known = JSON.parse(await readFile(RECORDING, 'utf8')) as DiagnosedProgram[]
  const others = known.filter(({ id }) => programs.every((program) => program.id !== id))
  const lines = [...others, ...programs]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((program) => JSON.stringify(program, shorten))
  await writeFile(RECORDING, `[\n${lines.join(',\n')}\n]\n`)
}

/** Numbers of four digits, which is more than profiles know. */
function shorten(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [filter = '', ...flags] = process.argv.slice(2)
  const programs = await measurePrograms(filter)
  process.stdout.write(renderPrograms(programs))
  if (flags.includes('--record')) await record(programs)
}
