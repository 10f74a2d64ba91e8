// `flamegate steadiness`.
import type { Command } from 'commander'
import { renderSteadiness } from '../perf/report/steadiness.ts'
import { readReport } from '../perf/results/read-report.ts'

/** `flamegate steadiness <first> <second>`: how much two runs of the same code differ, raw and normalised. */
export function defineSteadiness(command: Command): Command {
  return command
    .argument('<first>', 'report.json, or the folder of a run')
    .argument('<second>', 'the same of another run')
    .action(async (first: string, second: string) => {
      process.stdout.write(renderSteadiness(await readReport(first), await readReport(second)))
    })
}
