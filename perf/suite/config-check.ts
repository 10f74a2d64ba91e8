// What a config may say, and the check that it says nothing else. Loaded where there is a config.
import * as v from 'valibot'
import { FlamegateError } from '../errors.ts'
import { type LimitedMetric, type Limits, limitFault } from './metrics.ts'
import { nearestName } from './nearest-name.ts'

/** What a project may say of itself. Globs and folders are relative to the project's folder, with slashes. */
export interface FlamegateConfig {
  /** Globs of the perf files. Default: every `*.perf.*`, `*.bench.*` and `*.benchmark.*` that git does not ignore. */
  readonly include?: readonly string[]
  /** Globs of more files that are laid over the other version with the perf files: data and helpers that these import. */
  readonly overlay?: readonly string[]
  /** The ref that `compare` compares with where it is given none. */
  readonly base?: string
  /** A command that makes a version ready once its dependencies are there: `npm run build`. Run by a shell, in the other version's folder. */
  readonly prepare?: string
  /** Whether the install scripts of the other version's dependencies stay unrun. */
  readonly ignoreScripts?: boolean
  /** Flags of Node's for every measured process: `['--import', 'tsx']`. */
  readonly nodeArgs?: readonly string[]
  /** How much worse than the baseline a metric may be where a scenario says nothing else, as a ratio candidate/baseline. */
  readonly limits?: Partial<Limits>
  /** Where runs are written. Default `.flamegate`, which git is told to ignore. */
  readonly outDir?: string
  /** As `--forks`. */
  readonly forks?: number
  /** As `--time`: seconds. */
  readonly time?: number
}

const limit = (metric: LimitedMetric) =>
  v.optional(
    v.pipe(
      v.number(),
      v.check(
        (value) => limitFault(metric, value) === undefined,
        () => limitFault(metric, 0)!,
      ),
    ),
  )
const texts = v.array(v.string())
const text = v.pipe(v.string(), v.nonEmpty())

const limits = v.strictObject({
  opsPerSecond: limit('opsPerSecond'),
  p50Ns: limit('p50Ns'),
  p95Ns: limit('p95Ns'),
  cpuNsPerOp: limit('cpuNsPerOp'),
})
const schema = v.strictObject({
  include: v.optional(v.pipe(texts, v.nonEmpty())),
  overlay: v.optional(texts),
  base: v.optional(text),
  prepare: v.optional(text),
  ignoreScripts: v.optional(v.boolean()),
  nodeArgs: v.optional(texts),
  limits: v.optional(limits),
  outDir: v.optional(text),
  forks: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
  time: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(86_400))),
})

/**
 * A config that says what a config can.
 * @throws FlamegateError 'bad-config', with all that is wrong
 */
export function checkConfig(value: unknown, file: string): FlamegateConfig {
  const checked = v.safeParse(schema, value)
  if (checked.success) return checked.output as FlamegateConfig
  const faults = checked.issues.map(describeIssue)
  throw new FlamegateError('bad-config', `${file}: ${faults.map(({ fact }) => fact).join('; ')}`, {
    hint: faults.find(({ hint }) => hint !== undefined)?.hint ?? 'see docs/getting-started.md#config',
  })
}

interface Fault {
  readonly fact: string
  readonly hint: string | undefined
}

function describeIssue(issue: v.BaseIssue<unknown>): Fault {
  const place = v.getDotPath(issue)
  if (issue.type !== 'strict_object' || issue.expected !== 'never')
    return { fact: place === null ? issue.message : `${place}: ${issue.message}`, hint: undefined }
  const names = Object.keys(issue.path!.length === 1 ? schema.entries : limits.entries)
  const nearest = nearestName(String(issue.path!.at(-1)!.key), names)
  const hint = nearest === undefined ? `known keys: ${names.join(', ')}` : `did you mean '${nearest}'?`
  return { fact: `there is no key '${place}'`, hint }
}
