// Steps through one scenario without a child process, and prints what its ops return.
import { inspect } from 'node:util'
import { FlamegateError } from '../../perf/errors.ts'
import { discoverInProcess, stepThrough } from '../../perf/process/in-process.ts'
import { selectOneScenario } from '../../perf/suite/filter.ts'

const OPS = 3
const SHORT = { depth: 3, maxArrayLength: 5, maxStringLength: 1_000 }

/**
 * Prints what a few ops of the one scenario return and whether its check takes it; exit code 2 when it does not, or an op
 * throws.
 * @throws FlamegateError where the filters match no scenario, or several, or what it needs is not installed
 */
export async function stepThroughScenario(
  root: string,
  filters: readonly string[],
  target: string | undefined,
): Promise<void> {
  const discovered = selectOneScenario(
    await discoverInProcess(root, target),
    filters,
    'only one is run in this process',
  )
  const { scenario, skipReason } = discovered
  if (skipReason !== undefined)
    throw new FlamegateError('no-scenario', `${scenario.id} cannot run here: ${skipReason}`)
  process.stdout.write(`${scenario.id} in this process, ${process.pid}\n`)
  try {
    for await (const { name, returned, check } of stepThrough(discovered, OPS)) {
      process.stdout.write(`${name} returned ${inspect(returned, SHORT)}\n`)
      if (check.kind === 'passed') process.stdout.write('  its check passed\n')
      else if (check.kind === 'failed') reportFault('its check failed', check.error)
    }
  } catch (error) {
    reportFault('it threw', error)
  }
}

function reportFault(what: string, error: unknown): void {
  process.stdout.write(`  ${what}: ${error instanceof Error ? error.stack : inspect(error)}\n`)
  process.exitCode = 2
}
