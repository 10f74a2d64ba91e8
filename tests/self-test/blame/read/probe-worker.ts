// A process of its own: runs ops of a scenario whose functions call `plantedProbe` with what they are called with.
import { loadScenario } from '../../../../perf/suite/load.ts'
import type { ParameterFacts, ProbeJob } from './probe.ts'

/** Ops before and while it is looked; scenarios take as many inputs in turn at the most. */
const WARMING_OPS = 4
const PROBED_OPS = 16
/** Calls of one function that are looked at: copying values costs far more than the calls themselves. */
const MOST_CALLS = 2_000

const job = JSON.parse(process.argv[2]!) as ProbeJob
const send = process.send!.bind(process)
// Measured code that speaks to its parent when it has one must not find ours.
delete process.send

interface Tally {
  calls: number
  readonly pairs: number[]
  readonly jsonLength: (number | null)[]
  readonly isCloneable: boolean[]
}

async function probe(): Promise<ParameterFacts[][]> {
  const { suite, scenario } = await loadScenario(job.suiteFile, job.scenarioId)
  if (scenario.kind !== 'micro') throw new Error(`'${job.scenarioId}' is no micro scenario`)
  const state = await scenario.setup(await suite.target.load(job.targetEntry))
  let index = 0
  const run = async (ops: number) => {
    for (let i = 0; i < ops; i++) scenario.check?.(await scenario.op(state, index++), state)
  }
  await run(WARMING_OPS)
  const tallies = job.parameters.map(
    (names): Tally => ({
      calls: 0,
      pairs: names.map(() => 0),
      jsonLength: names.map(() => 0),
      isCloneable: names.map(() => true),
    }),
  )
  Object.assign(globalThis, {
    plantedProbe(at: number, values: readonly unknown[]) {
      const tally = tallies[at]!
      if (tally.calls === MOST_CALLS) return
      tally.calls += 1
      for (const [i, value] of values.entries()) note(tally, i, value)
    },
  })
  await run(PROBED_OPS)
  Object.assign(globalThis, { plantedProbe: undefined })
  return tallies.map((tally, at) => job.parameters[at]!.map((name, i) => factsOf(tally, name, i)))
}

function note({ pairs, jsonLength, isCloneable }: Tally, i: number, value: unknown): void {
  const isObject = typeof value === 'object' && value !== null
  const length =
    typeof value === 'string' || Array.isArray(value)
      ? value.length
      : isObject
        ? Object.keys(value).length
        : 0
  pairs[i]! += length ** 2 / 2
  if (typeof value === 'function' || typeof value === 'symbol') isCloneable[i] = false
  if (!isObject) return
  try {
    if (jsonLength[i] !== null) jsonLength[i]! += JSON.stringify(value).length
  } catch {
    jsonLength[i] = null
  }
  try {
    if (isCloneable[i]) structuredClone(value)
  } catch {
    isCloneable[i] = false
  }
}

function factsOf({ calls, pairs, jsonLength, isCloneable }: Tally, name: string, i: number): ParameterFacts {
  const total = jsonLength[i]!
  return {
    name,
    pairs: calls === 0 ? 0 : pairs[i]! / calls,
    jsonLength: calls === 0 ? 0 : total === null ? null : total / calls,
    isCloneable: isCloneable[i]!,
  }
}

probe().then((facts) => send(facts, () => process.exit(0)))
