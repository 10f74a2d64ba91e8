// A run's outcome in one sentence, for those who read nothing else.
import { formatCounted } from '../../../profile/model/format.ts'
import type { Report } from '../../results/report.ts'
import { describeGate, describeSameCode } from './words.ts'

/** `2 of 28 scenarios regressed against main`, `no regression against main in 28 scenarios; 3 are inconclusive`. */
export function describeOutcome(report: Report): string {
  const { gate, run, scenarios } = report
  const against = run.against ?? 'the baseline'
  const regressed = scenarios.filter(
    (result) => result.status === 'measured' && result.verdict?.kind === 'regressed',
  ).length
  switch (gate.outcome) {
    case 'red':
      return `${regressed} of ${formatCounted(scenarios.length, 'scenario')} regressed against ${against}`
    case 'green': {
      const some =
        gate.compared === gate.keyScenarios
          ? formatCounted(scenarios.length, 'scenario')
          : `${gate.compared} of ${formatCounted(gate.keyScenarios, 'scenario')}`
      return `no regression against ${against} in ${some}${describeSameCode(gate.sameCode, gate.compared)}${describeUnclear(gate.inconclusive.length)}`
    }
    default:
      return describeGate(gate)
  }
}

function describeUnclear(count: number): string {
  return count === 0 ? '' : `; ${count} ${count === 1 ? 'is' : 'are'} inconclusive`
}
