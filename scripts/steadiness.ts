// `flamegate steadiness`.
import type { Command } from 'commander'
import { compareRuns, renderSteadiness } from '../perf/report/steadiness.ts'
import { readReport } from '../perf/results/read-report.ts'

/** `flamegate steadiness <first> <second>`: how much two runs of the same code differ, raw and normalised. */
export function defineSteadiness(command: Command): Command {
  return command
    .argument('<first>', 'report.json, or the folder of a run')
    .argument('<second>', 'the same of another run')
    .option('--json', 'print the ratios as JSON on stdout, and nothing else')
    .action(async (first: string, second: string, { json }: { readonly json?: true }) => {
      const rows = compareRuns(await readReport(first), await readReport(second))
      process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : renderSteadiness(rows))
    })
}
