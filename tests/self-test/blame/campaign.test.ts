import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FlamegateError } from '../../../perf/errors.ts'
import { readSyntax } from '../../../profile/source/code/syntax.ts'
import type { BlameTrial, DroppedPlant } from './blame-trial.ts'
import { type CampaignSeams, runCampaign } from './campaign.ts'
import type { PlantableScenario } from './packages/known-scenario.ts'
import { blameTargets } from './packages/targets.ts'
import { changesFor } from './plant/candidate.ts'
import { applyEdits } from './plant/edits.ts'
import { plantIn } from './plant/plants.ts'
import { findInCopy, makeCopy } from './plant/work-copy.ts'
import { drawFacts, drawFunctions } from './read/drawn-functions.ts'
import { readFunctions } from './read/syntax.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const FILES = ['src/state.ts', 'src/engine.ts']

/** A scenario of nasc-server's that is said to run all of two files, each function ten times an op. */
async function drawScenario(t: TestContext): Promise<PlantableScenario> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-blame-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const target = blameTargets(ROOT)[0]!
  const texts = await Promise.all(
    FILES.map(async (file) => ({ file, text: await readFile(join(target.directory, file), 'utf8') })),
  )
  const functions = texts.flatMap(({ file, text }) => drawFunctions(text, file, 10))
  const scenarioId = 'arrays/append.apply'
  const copy = await makeCopy(target, folder, 'baseline', [])
  return {
    root: ROOT,
    folder,
    target,
    targetName: target.name,
    scenarioId,
    functions,
    facts: functions.map(({ parameters }) =>
      parameters.map((name) => drawFacts(name, { pairs: 50, jsonLength: 100 })),
    ),
    decoys: 'all',
    baseline: await findInCopy(ROOT, target, copy, scenarioId),
    nsPerOp: 10_000,
  }
}

/** Seams that find every plant as large as it should be; the first suspect is the one whose text has the plant. */
function drawSeams(
  trials: BlameTrial[],
  dropped: DroppedPlant[],
  more: Partial<CampaignSeams> = {},
): CampaignSeams {
  const plants = () => trials.filter(({ plant }) => plant !== null).length
  return {
    signal: new AbortController().signal,
    // Plants of five kinds come in turn; of each kind the second one is small.
    measure: async () => ({ ratio: Math.floor(plants() / 5) % 3 === 1 ? 1.1 : 1.3, baselineNs: 10_000 }),
    async investigate(_baseline, candidate) {
      const planted = await findPlanted(candidate.targetEntry)
      return { ratio: 1.3, suspects: planted, reason: null, unexplainedShare: 0.1, elapsedMs: 1 }
    },
    onTrial: async (trial) => void trials.push(trial),
    onDropped: async (plant) => void dropped.push(plant),
    onProgress() {},
    ...more,
  }
}

/** The innermost function that holds what a plant leaves in the text, or a call that is there twice. */
async function findPlanted(entry: string) {
  for (const file of FILES) {
    const text = await readFile(join(dirname(entry), '..', file), 'utf8')
    const body = text.replace(/\nvar planted.*\n$/, '')
    const at = /planted|(\b[\w.]+\([^()]*(\([^()]*\))?[^()]*\)), (\+\+|\1)/.exec(body)?.index
    if (at === undefined) continue
    const found = readFunctions(text, file).filter(
      ({ startOffset, endOffset }) => startOffset <= at && at < endOffset,
    )
    const [innermost] = found.sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))
    return [{ functionName: innermost!.name, file, line: innermost!.line }]
  }
  return []
}

describe('a campaign', () => {
  test('plants every kind in turn and asks who did it', async (t) => {
    const scenario = await drawScenario(t)
    const trials: BlameTrial[] = []
    const dropped: DroppedPlant[] = []
    await runCampaign(
      { scenarios: [scenario], plants: 15, sameTrials: 3, seed: 5 },
      drawSeams(trials, dropped),
    )
    assert.deepEqual(dropped, [])
    const kinds = ['busy-loop', 'extra-call', 'quadratic', 'deep-clone', 'deopt']
    const planted = trials.flatMap(({ plant }) => (plant === null ? [] : [plant]))
    assert.deepEqual(
      planted.map(({ kind }) => kind),
      [...kinds, ...kinds, ...kinds],
    )
    assert.deepEqual(
      planted.map(({ wanted }) => wanted > 0.15),
      [...kinds.map(() => true), ...kinds.map(() => false), ...kinds.map(() => true)],
    )
    assert.deepEqual(
      trials.flatMap(({ plant }, i) => (plant === null ? [i] : [])),
      [5, 11, 17],
      'equal code comes in between',
    )
    assert.deepEqual(
      trials.map(({ plant, suspects, rank }) => [suspects.length, rank, plant === null]),
      trials.map(({ plant }) => (plant === null ? [0, null, true] : [1, 1, false])),
    )
    assert.equal(new Set(planted.map(({ kind, file, line }) => `${kind} ${file} ${line}`)).size, 15)
  })

  test('is the same for a seed', async (t) => {
    const scenario = await drawScenario(t)
    const run = async (seed: number) => {
      const trials: BlameTrial[] = []
      await runCampaign({ scenarios: [scenario], plants: 6, sameTrials: 0, seed }, drawSeams(trials, []))
      return trials.map(({ plant }) => plant)
    }
    assert.deepEqual(await run(3), await run(3))
    assert.notDeepEqual(await run(3), await run(4))
  })

  test('drops what fails or has not its size, with the reason, and plants another one', async (t) => {
    const scenario = await drawScenario(t)
    const trials: BlameTrial[] = []
    const dropped: DroppedPlant[] = []
    let measured = 0
    const measure = async () => {
      measured += 1
      // The first one fails; the second one is too large however often its size is changed.
      if (measured === 1) throw new FlamegateError('bad-suite', 'the op changed 2 properties instead of 1')
      return { ratio: measured <= 7 ? 5 : 1.3, baselineNs: 10_000 }
    }
    await runCampaign(
      {
        scenarios: [{ ...scenario, functions: scenario.functions.map((f) => ({ ...f, callsPerOp: 1 })) }],
        plants: 2,
        sameTrials: 0,
        seed: 5,
      },
      drawSeams(trials, dropped, { measure }),
    )
    assert.equal(trials.length, 2)
    assert.equal(dropped[0]!.reason, 'the op changed 2 properties instead of 1')
    assert.match(dropped[1]!.reason, / cost 400 %$/)
    assert.deepEqual(
      [...dropped.slice(0, 2), trials[0]!.plant!].map(({ kind }) => kind),
      ['busy-loop', 'busy-loop', 'busy-loop'],
    )
  })

  test('ends where nothing can be planted any more', async (t) => {
    const scenario = await drawScenario(t)
    const trials: BlameTrial[] = []
    await runCampaign(
      {
        scenarios: [{ ...scenario, functions: scenario.functions.slice(0, 1), facts: [] }],
        plants: 50,
        sameTrials: 1,
        seed: 5,
      },
      drawSeams(trials, []),
    )
    assert.deepEqual(
      trials.map(({ plant }) => plant?.kind),
      ['busy-loop', 'deopt', undefined],
    )
  })
})

describe('decoys', () => {
  test('change the tokens of every function that runs', async (t) => {
    const scenario = await drawScenario(t)
    const changes = changesFor(scenario, undefined)
    assert.deepEqual(changes.map(({ file }) => file).sort(), [...FILES].sort())
    for (const { file, edits } of changes) {
      const text = await readFile(join(scenario.target.directory, file), 'utf8')
      const changed = applyEdits(text, edits)
      const bodies = (of: string) => {
        const { tokens } = readSyntax(of, file)
        return readFunctions(of, file).map(({ name, startOffset, endOffset }) => ({
          name,
          tokens: tokens
            .filter(({ offset }) => startOffset <= offset && offset < endOffset)
            .map(({ text }) => text),
        }))
      }
      const [before, after] = [bodies(text), bodies(changed)]
      assert.equal(after.length, before.length)
      for (const [i, { name, tokens }] of before.entries())
        assert.notDeepEqual(after[i]!.tokens, tokens, name)
    }
  })

  test('are put into every function but the planted one', async (t) => {
    const scenario = await drawScenario(t)
    const plant = plantIn(scenario.functions[2]!, { kind: 'busy-loop' }, 3)
    const before = changesFor(scenario, plant).flatMap(({ edits }) => edits.map((edit) => edit.before))
    assert.equal(before.filter((text) => text.includes('if (false)')).length, scenario.functions.length - 1)
    assert.equal(before.filter((text) => text.includes('plantedTurn')).length, 1)
  })

  test('can be left out', async (t) => {
    const scenario = await drawScenario(t)
    assert.deepEqual(changesFor({ ...scenario, decoys: 'none' }, undefined), [])
  })
})
