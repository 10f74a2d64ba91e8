import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import {
  commitFiles,
  createHistory,
  type Files,
  stateOf,
  TARGET,
  versionFolders,
} from '../../tests/support/history.ts'
import { git } from '../../tests/support/repository.ts'
import { plan } from '../../tests/support/run-data.ts'
import { openVersion, type VersionOpener } from '../git/version.ts'
import type { CodeReader, CountedCode } from '../identity/scenario-code.ts'
import type { PairMeasurement } from '../measure/turns.ts'
import type { PairRunner } from '../run/methods/pair.ts'
import type { DiscoveredScenario } from '../suite/load.ts'
import { type BisectEvent, type BisectRequest, type BisectSeams, bisect } from './bisect.ts'
import { startBisection } from './git-bisection.ts'
import type { BisectResult } from './result.ts'

const SCENARIOS = `micro({ id: 'work/loop.micro', setup: (target) => target, op: (target: Target) => target.work() }),`

/** A version whose op costs that much, and nothing else: what its file says is what the pairs below measure. */
const version = (cost: number | string, i: number): Files => ({
  [TARGET]: `// cost ${cost}\n// commit ${i}\n`,
})
const versions = (costs: readonly (number | string)[]) => costs.map(version)

/** A version as git has it, without its files: `targetEntry` is the text of its measured module. */
const openText: VersionOpener = async (root, { scenario }, commit) => ({
  discovered: plan(scenario.id, { targetEntry: git(root, 'show', `${commit}:${TARGET}`) }),
  folder: root,
  close: async () => {},
})

/** The text of a version's measured module, wherever it is. */
const textOf = ({ targetEntry }: DiscoveredScenario) =>
  targetEntry.startsWith('//') ? targetEntry : readFileSync(targetEntry, 'utf8')

/** Pairs that read the cost of a version in its module and scatter by a per cent; those of a broken version fail. */
const readPair: PairRunner = async ({ baseline, candidate }, _plan, index) => {
  const costs = [baseline, candidate].map((version) => Number(/cost (\S+)/.exec(textOf(version))?.[1]))
  if (costs.some(Number.isNaN)) return { kind: 'failed', reason: 'it throws' }
  const ratio = (costs[1]! / costs[0]!) * (1 + 0.01 * ((index % 3) - 1))
  return { kind: 'measured', measurement: { ratios: { opsPerSecond: 1 / ratio } } as PairMeasurement }
}

/** Code of which nothing is known, so that all of it is measured. */
const readNothing: CodeReader = async () => ({ failure: 'it is not counted' })

/** Code as its cost has it: two versions of one cost have the same. */
const readCost: CodeReader = async (version) => {
  const packages = { cost: textOf(version).split('\n')[0]! }
  return { print: { unknown: null, modules: {}, packages, files: {} } } as unknown as CountedCode
}

interface Searched extends BisectResult {
  readonly events: readonly BisectEvent[]
}

/** Bisects a history; whatever it finds, nothing is left of it. */
async function search(
  root: string,
  range: { readonly good: string; readonly bad?: string },
  more: Partial<Omit<BisectSeams, 'onEvent'>> = {},
): Promise<Searched> {
  const suiteFile = join(root, 'packages/demo/perf/demo.perf.ts')
  const request: BisectRequest = {
    root,
    discovered: plan('work/loop.micro', { suiteFile }),
    bad: 'HEAD',
    ...range,
    isQuick: false,
    forks: 5,
    timeoutMs: undefined,
  }
  const before = stateOf(root)
  const events: BisectEvent[] = []
  try {
    const result = await bisect(request, {
      openVersion: openText,
      readCode: readNothing,
      runPair: readPair,
      signal: new AbortController().signal,
      ...more,
      onEvent: (event) => events.push(event),
    })
    return { ...result, events }
  } finally {
    assert.equal(stateOf(root), before)
    assert.deepEqual(await versionFolders(process.pid), [])
  }
}

function findingOf({ outcome }: BisectResult) {
  assert.ok(outcome.kind === 'found', `it was not found but ${outcome.kind}`)
  return outcome.finding
}

function near(actual: number | undefined, expected: number): void {
  assert.ok(
    actual !== undefined && Math.abs(actual / expected - 1) < 0.02,
    `${actual} is not about ${expected}`,
  )
}

describe('the first commit that made it slower', () => {
  test('among fifteen, in four tests, with what it and its parent cost', async (t) => {
    const { root, hashes } = await createHistory(
      t,
      SCENARIOS,
      versions([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]),
    )
    const result = await search(root, { good: 'HEAD~15' })
    const { commit, parent, ratio, parentRatio, step, share, files } = findingOf(result)
    assert.equal(commit.hash, hashes[11])
    assert.equal(commit.subject, 'commit 11')
    assert.match(commit.authorDate, /^\d{4}-\d\d-\d\dT[\d:]{8}/)
    assert.equal(parent.hash, hashes[10])
    assert.deepEqual(files, [TARGET])
    near(ratio.value, 2)
    near(parentRatio?.value, 1)
    near(step?.value, 2)
    near(share ?? undefined, 1)
    assert.equal(result.tested.length, 4)
    assert.ok(result.tested.every((one) => one.kind !== 'skipped' && one.isClear && one.pairs === 4))
    near(result.change.threshold ?? undefined, Math.SQRT2)
    assert.equal(result.range.commits, 15)
    const steps = result.events.flatMap((event) => (event.kind === 'testing' ? [event.stepsLeft] : []))
    assert.deepEqual(steps, [3, 2, 1, 0])
  })

  test('right after the good one, whose ratio to itself is 1; nothing but the ends is measured', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 2]))
    const result = await search(root, { good: hashes[0]!, bad: hashes[1]! })
    const { commit, parentRatio, step } = findingOf(result)
    assert.equal(commit.hash, hashes[1])
    assert.deepEqual(parentRatio, { low: 1, value: 1, high: 1 })
    near(step?.value, 2)
    assert.deepEqual(result.tested, [])
  })

  test('made faster, where the bad one is', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([3, 3, 3, 1, 1, 1]))
    const result = await search(root, { good: hashes[0]! })
    assert.equal(findingOf(result).commit.hash, hashes[3])
    near(result.change.ratio.value, 1 / 3)
    near(findingOf(result).step?.value, 1 / 3)
  })

  test('of two that did, one of those beyond the middle, and that it is not all', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 1.5, 1.5, 1.5, 4.5, 4.5, 4.5]))
    const { commit, share } = findingOf(await search(root, { good: hashes[0]! }))
    assert.equal(commit.hash, hashes[4])
    near(share ?? undefined, Math.log(3) / Math.log(4.5))
  })

  test('between neighbours too noisy to tell them apart, with no share of the change', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 1, 1.2, 1.2]))
    const noisy: PairRunner = async (discovered, plan, index, ...rest) => {
      const outcome = await readPair(discovered, plan, index, ...rest)
      const isEnd = textOf(discovered.candidate).includes('commit 3')
      if (outcome.kind === 'failed' || isEnd) return outcome
      const opsPerSecond = outcome.measurement.ratios.opsPerSecond! * [0.7, 1, 1, 1.4][index % 4]!
      return { kind: 'measured', measurement: { ratios: { opsPerSecond } } as PairMeasurement }
    }
    const { commit, step, share } = findingOf(await search(root, { good: hashes[0]! }, { runPair: noisy }))
    assert.equal(commit.hash, hashes[2])
    assert.ok(step !== null && step.low < 1 && step.high > 1)
    assert.equal(share, null)
  })

  test('on a branch that was merged in, between commits that good is no ancestor of', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 1, 1]))
    git(root, 'checkout', '--quiet', '-b', 'side', hashes[0]!)
    await commitFiles(root, 'side 1', { 'side.txt': '1\n' })
    const culprit = await commitFiles(root, 'side 2', version(2, 90))
    await commitFiles(root, 'side 3', { 'side.txt': '3\n' })
    git(root, 'checkout', '--quiet', 'main')
    git(root, 'merge', '--quiet', '--no-ff', '--strategy-option=theirs', '-m', 'merge side', 'side')
    await commitFiles(root, 'after', { 'after.txt': '1\n' })
    const { commit, parent, step } = findingOf(await search(root, { good: hashes[1]! }))
    assert.equal(commit.hash, culprit)
    assert.equal(parent.subject, 'side 1')
    near(step?.value, 2)
  })

  test('measured by the working tree’s perf file, whatever the commits had', async (t) => {
    const costs = [1, 1, 2, 2]
    const { root, hashes } = await createHistory(
      t,
      SCENARIOS,
      costs.map((cost, i) => ({ ...version(cost, i), ...(i === 1 ? { 'packages/demo/perf': null } : {}) })),
    )
    git(root, 'checkout', '--quiet', hashes[0]!, '--', 'packages/demo/perf')
    const finding = findingOf(await search(root, { good: hashes[0]! }, { openVersion }))
    assert.equal(finding.commit.hash, hashes[2])
  })

  test('not measured at all where it runs the code of one that is known', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 1, 1, 1, 2, 2, 2, 2]))
    const { tested, outcome } = await search(root, { good: hashes[0]! }, { readCode: readCost })
    assert.ok(outcome.kind === 'found' && outcome.finding.commit.hash === hashes[4])
    assert.deepEqual(
      tested.map((one) => one.kind !== 'skipped' && [one.pairs, one.sameCodeAs]),
      [
        [0, hashes[0]],
        [0, hashes[7]],
        [0, hashes[7]],
      ],
    )
    const same = await search(root, { good: hashes[0]!, bad: hashes[3]! }, { readCode: readCost })
    assert.equal(same.outcome.kind, 'no-change')
    assert.equal(same.change.pairs, 0)
  })
})

describe('a commit that cannot be tested', () => {
  test('is skipped, with the reason, and the first bad one is found all the same', async (t) => {
    const history: Files[] = versions([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
    // The middle is tested first, and what git goes on to from there can be tested.
    history[7] = version('of a broken one', 7)
    const { root, hashes } = await createHistory(t, SCENARIOS, history)
    const result = await search(root, { good: hashes[0]! })
    const { commit, parent } = findingOf(result)
    assert.equal(commit.hash, hashes[11])
    assert.equal(parent.hash, hashes[10])
    const [first, ...others] = result.tested
    assert.ok(first?.kind === 'skipped' && first.commit.hash === hashes[7])
    assert.equal(first.reason, 'it throws')
    assert.ok(others.every(({ kind }) => kind !== 'skipped'))
  })

  for (const [name, files, reason] of [
    ['that throws', version('of a broken one', 50), /^it throws$/],
    ['without the package', { [TARGET]: null }, /is no target for suite 'demo': no .*target\.ts/],
    [
      'whose dependencies cannot be installed',
      { ...version(1, 50), 'package-lock.json': 'no lockfile\n' },
      /dependencies cannot be installed/,
    ],
  ] as const) {
    test(`${name}: where only such ones are left, all candidates are named`, async (t) => {
      const restored = { ...version(2, 2), 'package-lock.json': null }
      const { root, hashes } = await createHistory(t, SCENARIOS, [version(1, 0), files, restored])
      const { outcome, tested } = await search(root, { good: hashes[0]! }, { openVersion })
      assert.ok(outcome.kind === 'only-skipped')
      assert.deepEqual(
        outcome.commits.map(({ hash }) => hash),
        [hashes[2], hashes[1]],
      )
      assert.ok(tested[0]?.kind === 'skipped')
      assert.match(tested[0].reason, reason)
    })
  }

  test('as good or bad is an error that says which', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, [
      version(1, 0),
      { [TARGET]: null },
      version('of a broken one', 2),
      version(2, 3),
    ])
    await assert.rejects(search(root, { good: hashes[1]! }, { openVersion }), {
      code: 'bad-target',
      message: /^the good commit [0-9a-f]{12} cannot be measured: .* is no target for suite/,
      hint: /as --good, at which the scenario runs/,
    })
    await assert.rejects(search(root, { good: hashes[0]!, bad: hashes[1]! }, { openVersion }), {
      message: /^the bad commit [0-9a-f]{12} cannot be measured/,
      hint: /as --bad/,
    })
    await assert.rejects(search(root, { good: hashes[0]!, bad: hashes[2]! }), {
      code: 'bad-suite',
      message: /good and bad cannot be compared by work\/loop\.micro: it throws/,
    })
  })
})

describe('commits that cannot be told apart', () => {
  test('the same cost is nothing to bisect, after all looks', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 1, 1]))
    const { outcome, change, tested } = await search(root, { good: hashes[0]! })
    assert.deepEqual(outcome, { kind: 'no-change' })
    assert.equal(change.threshold, null)
    assert.equal(change.pairs, 40)
    assert.ok(change.minimumDetectableEffect > 1 && change.minimumDetectableEffect < 1.02)
    assert.deepEqual(tested, [])
  })

  test('a commit at the middle of the change has all its pairs, and then its estimate decides', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 1.413, 2]))
    const { tested } = await search(root, { good: hashes[0]! })
    assert.ok(tested[0]?.kind === 'good')
    assert.equal(tested[0].isClear, false)
    assert.equal(tested[0].pairs, 32)
  })
})

describe('commits that are no range', () => {
  const history = (t: TestContext) => createHistory(t, SCENARIOS, versions([1, 1, 2]))

  test('the other way round', async (t) => {
    const { root, hashes } = await history(t)
    await assert.rejects(search(root, { good: 'HEAD', bad: 'HEAD~2' }), {
      code: 'bad-option',
      message: `--good HEAD (${hashes[2]!.slice(0, 12)}) is no ancestor of --bad HEAD~2 (${hashes[0]!.slice(0, 12)})`,
      hint: /the other way round: --good HEAD~2 --bad HEAD /,
    })
  })

  test('branches', async (t) => {
    const { root, hashes } = await history(t)
    git(root, 'checkout', '--quiet', '-b', 'side', hashes[1]!)
    await commitFiles(root, 'side', version(3, 9))
    await assert.rejects(search(root, { good: 'main', bad: 'side' }), {
      code: 'bad-option',
      hint: `both were made from ${hashes[1]!.slice(0, 12)}: begin there, if it is good`,
    })
  })

  test('the same commit, and one that is none', async (t) => {
    const { root } = await history(t)
    await assert.rejects(search(root, { good: 'main' }), {
      code: 'bad-option',
      message: /are the same commit/,
    })
    for (const good of ['nowhere', '--help', 'HEAD; echo pwned'])
      await assert.rejects(search(root, { good }), { code: 'no-commit' })
  })
})

describe('what else there is in the repository', () => {
  test('a bisection of the user’s goes on as it was, and uncommitted work stays', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 1, 1, 1, 2, 2]))
    git(root, 'bisect', 'start', 'HEAD', 'HEAD~3')
    await writeFile(join(root, 'packages/demo/notes.txt'), 'mine\n')
    await writeFile(join(root, TARGET), '// cost 7\n')
    const before = [git(root, 'bisect', 'log'), stateOf(root)]
    const { commit } = findingOf(await search(root, { good: hashes[0]!, bad: hashes[5]! }))
    assert.equal(commit.hash, hashes[4])
    assert.deepEqual([git(root, 'bisect', 'log'), stateOf(root)], before)
  })

  test('while git bisect is at work, the repository has no refs of it, also where git’s environment points there', async (t) => {
    const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 1, 2]))
    const refs = git(root, 'for-each-ref')
    process.env.GIT_DIR = join(root, '.git')
    t.after(() => delete process.env.GIT_DIR)
    const bisection = await startBisection(root, hashes[0]!, hashes[2]!)
    delete process.env.GIT_DIR
    assert.equal(git(root, 'for-each-ref'), refs)
    assert.deepEqual(await bisection.state(), { kind: 'open', commit: hashes[1], stepsLeft: 0 })
    await bisection.mark('bad', hashes[1]!)
    assert.deepEqual(await bisection.state(), { kind: 'found', commit: hashes[1] })
    assert.equal(git(root, 'for-each-ref'), refs)
    await bisection.end()
    assert.equal(git(root, 'worktree', 'list').split('\n').length, 1)
  })

  for (const stopAfter of [0, 3, 6]) {
    test(`an interruption after ${stopAfter} pairs leaves nothing`, async (t) => {
      const { root, hashes } = await createHistory(t, SCENARIOS, versions([1, 1, 2, 2]))
      const controller = new AbortController()
      const reason = new Error('interrupted')
      let pairs = 0
      const runPair: PairRunner = (...args) => {
        if (pairs++ >= stopAfter) controller.abort(reason)
        controller.signal.throwIfAborted()
        return readPair(...args)
      }
      await assert.rejects(
        search(root, { good: hashes[0]! }, { runPair, signal: controller.signal, openVersion }),
        reason,
      )
    })
  }
})
