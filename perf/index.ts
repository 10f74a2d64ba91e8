// What perf files import: `import { defineSuite, micro } from 'flamegate'`.

export type { Limits } from './suite/metrics.ts'
export {
  type Counters,
  defineSuite,
  type HttpRequest,
  type HttpScenario,
  http,
  type MicroScenario,
  micro,
  type Parameters,
  packageTarget,
  type Scenario,
  type Suite,
  type TargetLoader,
} from './suite/scenario.ts'
