// What the page says of a run, from its report.
import { formatDuration } from '../../../profile/model/format.ts'
import { shortHash } from '../../git/commit.ts'
import { describeRevision } from '../../git/revision.ts'
import { fingerprintKey } from '../../results/environment.ts'
import type { Report, ScenarioHead, ScenarioResult } from '../../results/report.ts'
import { describeOutcome } from '../parts/outcome.ts'
import { describeAbsence, describeRemarks, describeRun, onOneLine } from '../parts/words.ts'
import type { PageFact, PageScenario, RunPageData } from './data.ts'
import { evidenceOf } from './evidence.ts'
import { versionNames } from './graphs.ts'

/** @param withGraph ids of the scenarios that the page has a graph of */
export function summariseRun(report: Report, withGraph: ReadonlySet<string>): RunPageData {
  const { gate, run } = report
  const incomplete = run.isComplete ? [] : ['the run was interrupted: what had been measured is here']
  const isReportedOnly = gate.outcome === 'red' && !gate.isStrict
  const lenient = isReportedOnly ? ['reported only: with STRICT_PERF=true it fails the run'] : []
  return {
    outcome: gate.outcome,
    sentence: describeOutcome(report),
    about: `${describeRun(report)} · ${formatDuration(run.elapsedMs)}`,
    reasons: gate.reasons.map(onOneLine),
    remarks: [...incomplete, ...lenient, ...describeRemarks(report)],
    notCompared: gate.notCompared.map(onOneLine),
    versions: versionNames(report),
    environment: environmentOf(report),
    scenarios: report.scenarios.map((result) => summariseScenario(result, withGraph.has(result.id))),
  }
}

function environmentOf({ environment, run, gate }: Report): PageFact[] {
  const { fingerprint, nodeVersion, v8Version, osRelease, memoryBytes } = environment
  return [
    ['started', run.startedAt.replace('T', ' ').replace(/\.\d+Z$|Z$/, ' UTC')],
    ['commit', run.commit === null ? 'none' : describeRevision(run.commit)],
    ['compared with', run.against ?? (gate.baselineCommit === null ? 'nothing' : 'baseline.json')],
    ...(gate.baselineCommit === null
      ? []
      : [['baseline commit', shortHash(gate.baselineCommit.hash)] as const]),
    ...(run.target === null ? [] : [['target', run.target] as const]),
    ['machine', fingerprintKey(fingerprint)],
    ['Node', `${nodeVersion}, V8 ${v8Version}`],
    ['system', `${osRelease}, ${Math.round(memoryBytes / 1024 ** 3)} GB`],
    ['gate', gate.isStrict ? 'strict: a regression fails the run' : 'reports only'],
    ...(run.filters.length === 0 ? [] : [['filters', run.filters.join(' ')] as const]),
  ]
}

function summariseScenario(result: ScenarioResult, hasGraph: boolean): PageScenario {
  const head = {
    id: result.id,
    isKey: result.isKey,
    facts: factsOf(result),
  }
  if (result.status === 'measured') return { ...head, ...evidenceOf(result), hasGraph }
  return {
    ...head,
    ...NOTHING_MEASURED,
    verdict: result.status,
    words: describeAbsence(result),
    hasGraph,
  }
}

function factsOf({ kind, parameters, isKey, tags }: ScenarioHead): PageFact[] {
  return [
    ['kind', kind],
    ...Object.entries(parameters).map(([name, value]): PageFact => [name, String(value)]),
    ['key', isKey ? 'yes: the gate is about it' : 'no: shown, not gated'],
    ...(tags.length === 0 ? [] : [['tags', tags.join(', ')] as const]),
  ]
}

const NOTHING_MEASURED = {
  sentence: '',
  culprit: '',
  lead: null,
  numbers: { p50: null, p95: null, cpu: null, allocated: null },
  hottest: null,
  metrics: [],
  memory: [],
  warnings: [],
  findings: [],
  code: null,
  distribution: [],
  forks: [],
  pairs: [],
  isConfirming: [],
  deltaHead: [],
  deltas: [],
  rest: '',
  counters: [],
  problems: [],
} satisfies Partial<PageScenario>
