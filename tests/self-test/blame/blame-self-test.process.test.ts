import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'valibot'
import { countFork } from '../../../perf/profiling/fork.ts'
import { profilePlanOf } from '../../../perf/run/durations.ts'
import { type DiscoveredScenario, loadSuite } from '../../../perf/suite/load.ts'
import type { MicroScenario } from '../../../perf/suite/scenario.ts'
import { runCommand, SELF_TEST } from '../../support/project.ts'
import { type Cleaner, cleanAfterSuite } from '../../support/shared.ts'
import { blameSelfTestSchema } from './blame-trial.ts'
import { knowScenario, type PlantableScenario } from './packages/known-scenario.ts'
import { blameTargets } from './packages/targets.ts'
import { makeCandidate } from './plant/candidate.ts'
import { PLANT_KINDS, type Plant, plantIn } from './plant/plants.ts'
import { orderSites } from './plant/sites.ts'
import { type ExecutedFunction, findExecuted } from './read/executed.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SIGNAL = new AbortController().signal
/** Of each kind in each package. */
const SITES = 2
const TURNS = 2
const OPS = 8

/** One scenario of each package that runs much of it, with a parameter that holds functions. */
const SCENARIOS = [
  ['noop/refresh.processor', 'handler'],
  ['json-patch/apply.micro', undefined],
  ['qs/dots.micro', 'options'],
] as const

const known = new Map<string, Promise<PlantableScenario>>()

/** What is known of a scenario of a package; found out once. */
function know(t: Cleaner, scenarioId: string): Promise<PlantableScenario> {
  const found = known.get(scenarioId) ?? findOut(t, scenarioId)
  known.set(scenarioId, found)
  return found
}

async function findOut(t: Cleaner, scenarioId: string): Promise<PlantableScenario> {
  await mkdir(join(ROOT, 'tmp'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, 'tmp', 'blame '))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const target = blameTargets(ROOT).find(({ scenarioIds }) => scenarioIds.includes(scenarioId))!
  return knowScenario({ root: ROOT, folder, target, scenarioId, decoys: 'all' }, SIGNAL)
}

/** What the first ops of a scenario answer, in this process. Every copy must be in a place of its own. */
async function answersOf({
  suiteFile,
  scenario: { id },
  targetEntry,
}: DiscoveredScenario): Promise<unknown[]> {
  const suite = await loadSuite(suiteFile)
  const scenario = suite.scenarios.find((candidate) => candidate.id === id) as MicroScenario<unknown, unknown>
  const state = await scenario.setup(await suite.target.load(targetEntry))
  const answers: unknown[] = []
  for (let i = 0; i < OPS; i++) {
    const answer = await scenario.op(state, i)
    scenario.check?.(answer, state)
    answers.push(structuredClone(answer))
  }
  return answers
}

/** How often what a plant put in was done per op, by V8's exact counts. */
async function countPlanted(discovered: DiscoveredScenario, plant: Plant): Promise<number> {
  const { plan, timeoutMs } = profilePlanOf('micro', 'quick')
  const { ops, observations } = await countFork(discovered, plan, { timeoutMs, signal: SIGNAL })
  const script = observations.coverage.find(({ url }) => fileURLToPath(url).endsWith(plant.file))!
  const text = await readFile(fileURLToPath(script.url), 'utf8')
  const loopBody = text.indexOf('{', text.indexOf('plantedTurn++'))
  const covering = script.functions
    .flatMap(({ ranges }) => ranges)
    .filter(({ startOffset, endOffset }) => startOffset <= loopBody && loopBody < endOffset)
    .sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))
  return covering[0]!.count / ops.calls
}

describe('plants in real packages', () => {
  const t = cleanAfterSuite()
  for (const [scenarioId, uncloneable] of SCENARIOS) {
    test(`of ${scenarioId}: cost as much more work as they should, and change no answer`, async () => {
      const scenario = await know(t, scenarioId)
      const { functions, facts, target, nsPerOp } = scenario
      assert.ok(nsPerOp > 1_000, `${nsPerOp}`)
      assert.ok(functions.length >= 10, `${functions.length}`)
      for (const [i, { file, parameters, callsPerOp }] of functions.entries()) {
        assert.match(file, target.name === 'nasc-server' ? /^src\// : /^(lib|commonjs)\//)
        assert.ok(callsPerOp > 0)
        const names = facts[i]!.map(({ name }) => name)
        assert.deepEqual(names, parameters)
      }
      assert.ok(facts.flat().some(({ jsonLength }) => (jsonLength ?? 0) > 100))
      for (const { name, isCloneable } of facts.flat()) {
        if (name === uncloneable) assert.equal(isCloneable, false)
      }
      const expected = await answersOf(scenario.baseline)
      for (const kind of PLANT_KINDS) {
        let planted = 0
        for (const [i, { executed, way }] of orderSites([scenario], kind, 1).entries()) {
          if (planted === SITES) break
          const plant = plantIn(executed, way, TURNS)
          const folder = join(scenario.folder, `${kind}-${i}`)
          const candidate = await makeCandidate({ ...scenario, folder }, plant)
          const where = `${kind} in ${executed.name}: ${plant.what}`
          // A call that cannot be made twice must not get past the scenario's own check.
          const answers = await answersOf(candidate).catch((error) => {
            if (kind !== 'extra-call') throw error
          })
          if (answers === undefined) continue
          assert.deepEqual(answers, expected, where)
          planted += 1
          if (kind === 'extra-call') continue
          const counted = await countPlanted(candidate, plant)
          assert.equal(counted, TURNS * executed.callsPerOp, where)
        }
        assert.equal(planted, SITES, kind)
      }
    })
  }

  test('another call is another call', async () => {
    const scenario = await know(t, 'noop/refresh.processor')
    const executed = scenario.functions.find(({ name }) => name === 'areEqualArrays')!
    const call = executed.calls.find(({ name }) => name === 'isEqual')!
    const candidate = await makeCandidate(scenario, plantIn(executed, { kind: 'extra-call', call }, 2))
    const { plan, timeoutMs } = profilePlanOf('micro', 'quick')
    const counted = await countFork(candidate, plan, { timeoutMs, signal: SIGNAL })
    const copy = join(candidate.targetEntry, '..', '..')
    const after = await findExecuted(copy, counted)
    const callsOf = (functions: readonly ExecutedFunction[], name: string) =>
      functions.find((found) => found.name === name)!.callsPerOp
    // 100 items are equal, each with 3 properties; three properties are compared at the top.
    assert.equal(callsOf(scenario.functions, 'isEqual'), 3 + 100 + 300)
    assert.equal(callsOf(after, 'isEqual'), 3 + 3 * (100 + 300))
    assert.equal(callsOf(after, 'areEqualArrays'), callsOf(scenario.functions, 'areEqualArrays'))
  })
})

describe('npm run perf:selftest --blame', () => {
  test('plants, asks, and writes what came of it', async () => {
    const args = ['--blame', '--quick', '--plants', '1', '--scenario', 'qs/dots.micro']
    const { code, stdout, stderr } = await runCommand(ROOT, args, {}, SELF_TEST)
    // Whether one plant is found, and nobody is named for nothing, is up to the machine.
    assert.ok(code === 0 || code === 1, stdout + stderr)
    assert.match(stdout, /^# flamegate self-test: who is named/)
    const path = stdout.trim().split('\n').at(-1)!
    const result = parse(blameSelfTestSchema, JSON.parse(await readFile(path, 'utf8')))
    assert.equal(result.isComplete, true)
    assert.deepEqual(
      result.trials.map(({ target, plant }) => [target, plant === null]),
      [
        ['qs', false],
        ['qs', true],
      ],
    )
  })

  for (const [args, message] of [
    [['--blame', '--effects', '10'], /--effects means nothing with --blame/],
    [['--plants', '3'], /--plants means nothing without --blame/],
    [['--blame', '--scenario', 'arrays/append.http'], /cannot be planted for 'arrays\/append\.http'/],
  ] as const) {
    test(`${args.join(' ')} is refused`, async () => {
      const { code, stderr } = await runCommand(ROOT, args, {}, SELF_TEST)
      assert.equal(code, 2, stderr)
      assert.match(stderr, message)
    })
  }
})
