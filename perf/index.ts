// What perf files import: `import { bench, http } from 'flamegate'`.

export { type BenchOptions, bench, group, type HttpOptions, http } from './suite/bench.ts'
export { defineConfig } from './suite/config.ts'
export type { FlamegateConfig } from './suite/config-check.ts'
export type { HttpApp } from './suite/http-app.ts'
export type { Limits } from './suite/metrics.ts'
export {
  type Counters,
  defineSuite,
  type HttpRequest,
  type HttpScenario,
  type MicroScenario,
  micro,
  type Parameters,
  packageTarget,
  type Scenario,
  type Suite,
  type TargetLoader,
} from './suite/scenario.ts'
