// What a config may say, and the check that it says nothing else. Loaded where there is a config.
import { z } from 'zod'
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
  z
    .number()
    .refine((value) => limitFault(metric, value) === undefined, { error: () => limitFault(metric, 0)! })
    .optional()

const schema = z.strictObject({
  include: z.array(z.string()).min(1).optional(),
  overlay: z.array(z.string()).optional(),
  base: z.string().min(1).optional(),
  prepare: z.string().min(1).optional(),
  ignoreScripts: z.boolean().optional(),
  nodeArgs: z.array(z.string()).optional(),
  limits: z
    .strictObject({
      opsPerSecond: limit('opsPerSecond'),
      p50Ns: limit('p50Ns'),
      p95Ns: limit('p95Ns'),
      cpuNsPerOp: limit('cpuNsPerOp'),
    })
    .optional(),
  outDir: z.string().min(1).optional(),
  forks: z.int().min(1).max(100).optional(),
  time: z.number().positive().max(86_400).optional(),
})

/**
 * A config that says what a config can.
 * @throws FlamegateError 'bad-config', with all that is wrong
 */
export function checkConfig(value: unknown, file: string): FlamegateConfig {
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data as FlamegateConfig
  const faults = checked.error.issues.flatMap(describeIssue)
  throw new FlamegateError('bad-config', `${file}: ${faults.map(({ fact }) => fact).join('; ')}`, {
    hint: faults.find(({ hint }) => hint !== undefined)?.hint ?? 'see docs/getting-started.md#config',
  })
}

interface Fault {
  readonly fact: string
  readonly hint: string | undefined
}

function describeIssue(issue: z.core.$ZodIssue): Fault[] {
  const place = issue.path.join('.')
  if (issue.code !== 'unrecognized_keys')
    return [{ fact: place === '' ? issue.message : `${place}: ${issue.message}`, hint: undefined }]
  const names = Object.keys(place === 'limits' ? schema.shape.limits.unwrap().shape : schema.shape)
  return issue.keys.map((key) => {
    const nearest = nearestName(key, names)
    const hint = nearest === undefined ? `known keys: ${names.join(', ')}` : `did you mean '${nearest}'?`
    return { fact: `there is no key '${place === '' ? key : `${place}.${key}`}'`, hint }
  })
}
