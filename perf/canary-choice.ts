import { type CanaryName, PROCESS_CANARIES } from './canary.ts'

/** Per canary, one number a fork: its residual against the op inside that fork. */
export type Residuals = Readonly<Partial<Record<CanaryName, readonly number[]>>>

/** The canary that a scenario's numbers are normalised by, and how well it followed. */
export interface CanaryChoice {
  readonly name: CanaryName
  /** Mean over forks of the robust deviation of ln(slice ÷ canary): 0.02 is 2 % noise left per slice. */
  readonly residual: number
}

/**
 * The canary whose residual inside forks is smallest, over all forks of both sides that are to be compared: the choice
 * never looks at how fast either side is. HTTP scenarios take the loopback canary: there slices are noisy for reasons no
 * canary can follow, and between forks it leaves the least noise (docs/performance.md has the figures).
 */
export function chooseCanary(...sides: readonly Residuals[]): CanaryChoice {
  const means = (['loopback', ...PROCESS_CANARIES] as const).flatMap((name): CanaryChoice[] => {
    const values = sides.flatMap((side) => side[name] ?? [])
    return values.length === 0 ? [] : [{ name, residual: values.reduce((a, b) => a + b, 0) / values.length }]
  })
  const [first] = means
  if (first === undefined) throw new RangeError('no canary was timed')
  return first.name === 'loopback'
    ? first
    : means.reduce((best, next) => (next.residual < best.residual ? next : best))
}
