// What perf files call flamegate is this copy of it, for vitest too.
import { fileURLToPath } from 'node:url'

export default {
  resolve: { alias: { flamegate: fileURLToPath(new URL('../../../perf/index.ts', import.meta.url)) } },
}
