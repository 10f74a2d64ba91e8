// A process in which one tool measures.
import { Bench } from 'tinybench'
import type { PeerJob, PeerSide, PeerSides } from './job.ts'
import { openOps } from './ops.ts'

type Op = () => Promise<void>

/** How each library is used in one process, with its own settings but for the time. */
const TOOLS: Readonly<Record<string, (ops: readonly [Op, Op], timeMs: number) => Promise<PeerSides>>> = {
  async tinybench(ops, timeMs) {
    const bench = new Bench({ time: timeMs * 0.4, warmupTime: timeMs * 0.1 })
    bench.add('baseline', ops[0]).add('candidate', ops[1])
    await bench.run()
    const [baseline, candidate] = bench.tasks.map(({ result }): PeerSide => {
      if (!('latency' in result)) throw new Error(`tinybench ended as '${result.state}'`)
      const { mean, sem, df } = result.latency
      return { meanNs: mean * 1e6, errorNs: sem * 1e6, degrees: df }
    })
    return [baseline!, candidate!]
  },
  async mitata(ops, timeMs) {
    const { measure } = await import('mitata')
    const time = async (op: Op): Promise<PeerSide> => {
      const { avg, samples } = await measure(op, { min_cpu_time: timeMs * 0.5 * 1e6 })
      const variance = samples.reduce((sum, ns) => sum + (ns - avg) ** 2, 0) / (samples.length - 1)
      return { meanNs: avg, errorNs: Math.sqrt(variance / samples.length), degrees: samples.length - 1 }
    }
    return [await time(ops[0]), await time(ops[1])]
  },
  /** One run of one version, as `go test -bench` makes it: ops for a while, then their mean. */
  baseline: ([op], timeMs) => runOnce(op, timeMs),
  candidate: ([, op], timeMs) => runOnce(op, timeMs),
}

async function runOnce(op: Op, timeMs: number): Promise<PeerSides> {
  let ops = 1
  for (;;) {
    const start = performance.now()
    for (let i = 0; i < ops; i++) await op()
    const elapsedMs = performance.now() - start
    const side = { meanNs: (elapsedMs * 1e6) / ops, errorNs: null, degrees: 0 }
    if (elapsedMs >= timeMs * 0.5) return [side, side]
    ops = Math.ceil(Math.min(100 * ops, (1.2 * 0.6 * timeMs * ops) / Math.max(elapsedMs, 1e-3)))
  }
}

const [tool, job] = [process.argv[2]!, JSON.parse(process.argv[3]!) as PeerJob]
const send = process.send!.bind(process)
delete process.send
TOOLS[tool]!(await openOps(job), job.timeMs).then((sides) => send(sides, () => process.exit(0)))
