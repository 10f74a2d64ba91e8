// From evidence to findings: what every rule finds, the costliest first.
import type { OpEvidence } from './evidence.ts'
import { MOST_FINDINGS, type OpFinding } from './finding.ts'
import { RULES } from './rules/index.ts'

/** At most three findings, the costliest first. Where several rules speak of one line, the costliest one is right. */
export function diagnose(evidence: OpEvidence): OpFinding[] {
  const found = RULES.flatMap(({ code, leastShare, find }) =>
    find(evidence)
      .map((part): OpFinding => ({ ...part, code, share: part.nsPerOp / evidence.nsPerOp }))
      .filter(({ share }) => share >= leastShare)
      .sort((a, b) => b.share - a.share)
      .slice(0, 1),
  )
  const costliest = found.sort((a, b) => b.share - a.share)
  const isFirstOfLine = ({ file, line }: OpFinding, i: number) =>
    file === '' || costliest.findIndex((other) => other.file === file && other.line === line) === i
  return costliest.filter(isFirstOfLine).slice(0, MOST_FINDINGS)
}
