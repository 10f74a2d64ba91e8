// baseline.json: what later runs are compared with, one row per kind of machine.
import { readFile, stat } from 'node:fs/promises'
import * as v from 'valibot'
import { CATEGORIES } from '../../profile/model/category.ts'
import { FlamegateError, messageOf } from '../errors.ts'
import { CANARY_VERSION, type CanaryName } from '../measure/canary.ts'
import { type ForkMeasurement, normalisedValue, rawValue } from '../measure/measure.ts'
import type { ProfileSummary } from '../profiling/summary.ts'
import { byMetric, type TimedMetric } from '../suite/metrics.ts'
import type { StoredScenario } from '../verdict/compare-stored.ts'
import { type Fingerprint, fingerprintKey, fingerprintSchema } from './environment.ts'
import type { MeasuredResult, Report } from './report.ts'
import { byCanary, countersSchema, parametersSchema, revisionSchema } from './report-parts.ts'
import { parseRevision } from './report-upgrades.ts'
import { type StoredCode, storedCodeSchema } from './stored-code.ts'
import { parseVersioned, type VersionedFile } from './versioned-file.ts'
import { writeWhole } from './write-whole.ts'

/** Raised with every change that an older reader could misread; docs/formats.md has the log. */
export const BASELINE_VERSION = 3

/** Beside the project's package.json. */
export const BASELINE_FILE = 'baseline.json'

const RESTORE_HINT =
  'restore it with git checkout -- baseline.json, or measure a new one with npm run perf:baseline'

/** One number a fork; a ratio takes two. Zero is what a coarse CPU clock reads. */
const perForkSchema = v.pipe(v.array(v.pipe(v.number(), v.minValue(0))), v.minLength(2))
const valuesSchema = v.object(byMetric(() => perForkSchema))

/** What a function cost an op when the row was taken, at reference speed. */
const baselineFunctionSchema = v.object({
  functionName: v.string(),
  file: v.string(),
  line: v.pipe(v.number(), v.integer()),
  category: v.picklist(CATEGORIES),
  selfNsPerOp: v.number(),
  callsPerOp: v.nullable(v.number()),
  allocatedBytesPerOp: v.nullable(v.number()),
})

const baselineScenarioSchema = v.object({
  parameters: parametersSchema,
  counters: countersSchema,
  raw: valuesSchema,
  canaries: byCanary(
    v.object({
      medianNs: perForkSchema,
      residual: perForkSchema,
      normalised: valuesSchema,
    }),
  ),
  hotFunctions: v.optional(v.array(baselineFunctionSchema)),
}) satisfies v.GenericSchema<StoredScenario>
/** One scenario's past: per metric, one number a fork. */
export type BaselineScenario = v.InferOutput<typeof baselineScenarioSchema>

const rowSchema = v.object({
  fingerprint: fingerprintSchema,
  commit: v.nullable(revisionSchema),
  takenAt: v.pipe(v.string(), v.isoTimestamp()),
  canaryVersion: v.pipe(v.number(), v.integer()),
  scenarios: v.record(v.string(), baselineScenarioSchema),
})
/** The past of one environment. */
export type BaselineRow = v.InferOutput<typeof rowSchema>

const baselineSchema = v.object({
  schemaVersion: v.literal(BASELINE_VERSION),
  /** The code that was measured last; null in a file of an older version. */
  code: v.nullable(storedCodeSchema),
  rows: v.array(rowSchema),
})
export type Baseline = v.InferOutput<typeof baselineSchema>

/**
 * Reads a baseline file; undefined when there is none.
 * @throws FlamegateError 'bad-baseline' when it is no JSON, no baseline, or of another version
 */
export async function readBaseline(path: string): Promise<Baseline | undefined> {
  const text = await readFileText(path).catch((cause) => {
    if (cause.code === 'ENOENT') return undefined
    throw new FlamegateError('bad-baseline', `cannot read ${path}: ${messageOf(cause)}`, {
      hint: RESTORE_HINT,
      cause,
    })
  })
  return text === undefined ? undefined : parseBaseline(text, path)
}

/** Of a plain file: a pipe or a device under its name may never end. */
async function readFileText(path: string): Promise<string> {
  const facts = await stat(path)
  if (facts.isFile()) return readFile(path, 'utf8')
  throw new Error(facts.isDirectory() ? 'it is a folder' : 'it is no file')
}

function parseBaseline(text: string, path: string): Baseline {
  return parseVersioned(text, baselineSchema, {
    path,
    kind: 'baseline',
    version: BASELINE_VERSION,
    code: 'bad-baseline',
    hint: RESTORE_HINT,
    upgrades: UPGRADES,
  })
}

const UPGRADES: NonNullable<VersionedFile['upgrades']> = {
  /** Had `hash+changes` for a commit, and one counter, patch bytes. */
  1: (content) => ({
    ...content,
    schemaVersion: 2,
    rows: (content.rows as Row1[]).map((row) => ({
      ...row,
      commit: parseRevision(row.commit),
      scenarios: Object.fromEntries(
        Object.entries(row.scenarios).map(([id, { patchBytesPerOp, ...scenario }]) => [
          id,
          { ...scenario, counters: patchBytesPerOp === null ? {} : { patchBytes: patchBytesPerOp } },
        ]),
      ),
    })),
  }),
  /** Knew no code. */
  2: (content) => ({ ...content, schemaVersion: 3, code: null }),
}

/** What is read of a row of version 1. */
interface Row1 {
  readonly commit: string | null
  readonly scenarios: Readonly<Record<string, { readonly patchBytesPerOp: number | null }>>
}

/** The row taken in an environment like this one, by whatever canaries. */
export function findRow(baseline: Baseline | undefined, fingerprint: Fingerprint): BaselineRow | undefined {
  const key = fingerprintKey(fingerprint)
  return baseline?.rows.find((row) => fingerprintKey(row.fingerprint) === key)
}

/** This environment's row of a baseline, or why there is none that could be compared with. */
export type RowLookup =
  | { readonly kind: 'row'; readonly row: BaselineRow }
  | { readonly kind: 'none'; readonly fact: string }

/** The row taken in an environment like this one, with canaries like today's. */
export function lookUpRow(baseline: Baseline | undefined, fingerprint: Fingerprint): RowLookup {
  const none = (fact: string): RowLookup => ({ kind: 'none', fact })
  if (baseline === undefined) return none(`there is no ${BASELINE_FILE}`)
  const row = findRow(baseline, fingerprint)
  if (row === undefined)
    return none(`${BASELINE_FILE} has no row for this environment (${fingerprintKey(fingerprint)})`)
  if (row.canaryVersion !== CANARY_VERSION)
    return none(`the row of ${BASELINE_FILE} for this environment was measured with other canaries`)
  return { kind: 'row', row }
}

/**
 * What a run leaves for later runs to be compared with.
 * @throws FlamegateError 'unfit-baseline' when the run was interrupted, partial, failed or unsteady
 */
export function toBaselineRow(report: Report): BaselineRow {
  const flaws = findFlaws(report)
  if (flaws.length > 0) {
    throw new FlamegateError('unfit-baseline', `this run is no baseline: ${flaws.join('; ')}`, {
      hint: 'baseline.json is unchanged; cure what is named and run npm run perf:baseline again',
    })
  }
  const measured = report.scenarios.filter((scenario) => scenario.status === 'measured')
  return {
    fingerprint: report.environment.fingerprint,
    commit: report.run.commit,
    takenAt: report.run.startedAt,
    canaryVersion: CANARY_VERSION,
    scenarios: Object.fromEntries(measured.map((scenario) => [scenario.id, toBaselineScenario(scenario)])),
  }
}

/** A copy of the baseline with this row in place of the one of the same environment, and this code in place of any. */
export function replaceRow(
  baseline: Baseline | undefined,
  row: BaselineRow,
  code: StoredCode | null,
): Baseline {
  const key = fingerprintKey(row.fingerprint)
  const others = (baseline?.rows ?? []).filter(({ fingerprint }) => fingerprintKey(fingerprint) !== key)
  const rows = [...others, row].sort((a, b) =>
    fingerprintKey(a.fingerprint) < fingerprintKey(b.fingerprint) ? -1 : 1,
  )
  return { schemaVersion: BASELINE_VERSION, code, rows }
}

/** Writes a baseline with one line an array, so that a change of one scenario is a small diff. */
export async function writeBaseline(path: string, baseline: Baseline): Promise<void> {
  const text = JSON.stringify(baseline, null, 1).replace(
    /\[\s+([-\d.,\se+]+?)\s+\]/g,
    (_, numbers: string) => {
      return `[${numbers.replace(/\s+/g, ' ')}]`
    },
  )
  await writeWhole(path, `${text}\n`)
}

function findFlaws(report: Report): string[] {
  const flaws: string[] = []
  if (!report.run.isComplete) flaws.push('it was interrupted')
  if (report.run.filters.length > 0) flaws.push('it measured only some scenarios')
  if (report.run.target !== null) flaws.push(`it measured ${report.run.target}`)
  for (const scenario of report.scenarios) {
    if (scenario.status === 'failed') flaws.push(`${scenario.id} failed: ${scenario.reason}`)
    if (scenario.status === 'skipped') flaws.push(`${scenario.id} was skipped: ${scenario.reason}`)
    if (scenario.status === 'measured') flaws.push(...unsteadiness(scenario))
  }
  return flaws
}

function unsteadiness({ id, forks, warnings }: MeasuredResult): string[] {
  if (forks.length < 2) return [`${id} has ${forks.length} fork, and a comparison needs two`]
  return warnings.filter(({ code }) => code === 'never-steady').map(({ message }) => `${id}: ${message}`)
}

/** Functions below this share are left out of a baseline: their noise would be most of its changes. */
export const LEAST_STORED_SHARE = 0.02

function toBaselineScenario({ parameters, forks, profile }: MeasuredResult): BaselineScenario {
  const names = Object.keys(forks[0]!.canaries) as CanaryName[]
  return {
    parameters,
    counters: { ...forks[0]!.counters },
    raw: valuesOf(forks, rawValue),
    canaries: Object.fromEntries(
      names.map((name) => [
        name,
        {
          medianNs: forks.map((fork) => round(fork.canaries[name]!.medianNs)),
          residual: forks.map((fork) => round(fork.canaries[name]!.residual)),
          normalised: valuesOf(forks, (fork, metric) => normalisedValue(fork, metric, name)),
        },
      ]),
    ),
    ...(profile !== null && { hotFunctions: toHotFunctions(profile) }),
  }
}

function toHotFunctions({ functions }: ProfileSummary): NonNullable<BaselineScenario['hotFunctions']> {
  return functions
    .filter(({ selfShare }) => selfShare.value >= LEAST_STORED_SHARE)
    .map(({ functionName, file, line, category, selfNsPerOp, callsPerOp, allocatedBytesPerOp }) => ({
      functionName,
      file,
      line,
      category,
      selfNsPerOp: round(selfNsPerOp.value),
      callsPerOp: callsPerOp === null ? null : round(callsPerOp),
      allocatedBytesPerOp: allocatedBytesPerOp === null ? null : round(allocatedBytesPerOp),
    }))
}

function valuesOf(
  forks: readonly ForkMeasurement[],
  read: (fork: ForkMeasurement, metric: TimedMetric) => number,
): Record<TimedMetric, number[]> {
  return byMetric((metric) => forks.map((fork) => round(read(fork, metric))))
}

/** Five digits: finer than any of this can be known. */
function round(value: number): number {
  return Number(value.toPrecision(5))
}
