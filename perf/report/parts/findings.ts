// What a diagnosis found, in words.
import { formatPercent, formatPlace, formatTime } from '../../../profile/model/format.ts'
import type { OpFinding } from '../../diagnosis/finding.ts'
import type { MeasuredResult, Report } from '../../results/report.ts'

/** A scenario of which something was found. */
export interface DiagnosedScenario {
  readonly id: string
  readonly findings: readonly OpFinding[]
}

/** The scenarios of which something was found, in order. */
export function diagnosedScenarios(
  { scenarios }: Report,
  isWanted: (result: MeasuredResult) => boolean = () => true,
): DiagnosedScenario[] {
  return scenarios.flatMap((result) => {
    if (result.status !== 'measured' || !isWanted(result)) return []
    const { id, findings = [] } = result
    return findings.length === 0 ? [] : [{ id, findings }]
  })
}

/** `95 % of the op (80 µs): a whole value is copied …, in countUp (state.ts:8)`. */
export function describeFinding(finding: OpFinding): string {
  const { share, nsPerOp, message, functionName } = finding
  const place = placeOfFinding(finding)
  const where = place === '' ? '' : `, in ${functionName} (${place})`
  return `${formatPercent(share)} of the op (${formatTime(nsPerOp)}): ${message}${where}`
}

/** Empty where it has none. */
export function placeOfFinding({ file, line }: OpFinding): string {
  return file === '' ? '' : formatPlace({ file, line, category: '' })
}
