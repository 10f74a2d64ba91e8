// `npm run perf:selftest -- --blame`.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { FlamegateError } from '../../../perf/errors.ts'
import { readEnvironment } from '../../../perf/results/environment.ts'
import { nameRunFolder } from '../../../perf/results/run-folder.ts'
import { writeWhole } from '../../../perf/results/write-whole.ts'
import { isInstalled } from '../../../perf/suite/installed.ts'
import { wholeNumber } from '../../../scripts/shared/options.ts'
import { refuseForeignOptions, startSession } from '../../../scripts/shared/session.ts'
import { renderBlame } from './blame-report.ts'
import { findBlameFaults } from './blame-summary.ts'
import {
  BLAME_SELF_TEST_VERSION,
  type BlameSelfTest,
  type BlameTrial,
  type DroppedPlant,
} from './blame-trial.ts'
import { blaming } from './blaming.ts'
import { measureEffect } from './plant/effect.ts'

/** What the command line says of a self-test of the blame. */
export interface BlameFlags {
  readonly blame?: true
  readonly plants?: number
  readonly quick?: true
  readonly scenario?: string[]
}

const FULL = { plants: 100, sameTrials: 12 }
const QUICK = { plants: 5, sameTrials: 1 }
const SEED = 1
/** What it plants in, beside what flamegate needs anyway. */
const PACKAGES = ['fast-json-patch', 'qs']

export function addBlameOptions(command: Command): Command {
  return command
    .option('--blame', 'plant slow-downs in single functions instead, and see who is named for them')
    .option(
      '--plants <count>',
      `with --blame: how many (default: ${FULL.plants}, or ${QUICK.plants} with --quick)`,
      wholeNumber(1, 1_000),
    )
}

/** @throws FlamegateError 'bad-option' where only the other self-test, or only this one, knows what is asked for */
export function checkBlameFlags(flags: BlameFlags & { readonly [other: string]: unknown }): void {
  const foreign = flags.blame ? ['effects', 'load', 'repeats'] : ['plants']
  const found = foreign.find((name) => flags[name] !== undefined)
  if (found === undefined) return
  throw new FlamegateError(
    'bad-option',
    `--${found} means nothing ${flags.blame ? 'with' : 'without'} --blame`,
  )
}

/** `flamegate selftest --blame`: is the right function named? Exit code 1 when it mostly is not, 130 when interrupted. */
export async function testBlame(flags: BlameFlags): Promise<void> {
  refuseForeignOptions()
  const missing = PACKAGES.filter((name) => !isInstalled(name, import.meta.url))
  if (missing.length > 0) {
    throw new FlamegateError('bad-target', `${missing.join(', ')} must be installed for --blame`, {
      hint: `npm i -D ${missing.join(' ')}`,
    })
  }
  const { runBlameSelfTest } = await import('./blame-self-test.ts')
  const root = process.cwd()
  const signal = await startSession(root)
  const { directory } = nameRunFolder(join(root, 'tmp', 'perf'), new Date())
  const { plants, sameTrials } = flags.quick ? QUICK : FULL
  const startedAt = new Date().toISOString()
  const trials: BlameTrial[] = []
  const dropped: DroppedPlant[] = []
  const save = async (isComplete: boolean): Promise<string> => {
    const result: BlameSelfTest = {
      schemaVersion: BLAME_SELF_TEST_VERSION,
      startedAt,
      isComplete,
      seed: SEED,
      environment: readEnvironment(),
      trials,
      dropped,
    }
    const text = renderBlame(result)
    await writeWhole(join(directory, 'blame.json'), `${JSON.stringify(result, null, 2)}\n`)
    await writeWhole(join(directory, 'blame.md'), text)
    return text
  }
  const plan = {
    root,
    folder: join(directory, 'versions'),
    scenarioIds: flags.scenario,
    plants: flags.plants ?? plants,
    sameTrials,
    decoys: 'all',
    seed: SEED,
  } as const
  try {
    await runBlameSelfTest(plan, {
      signal,
      investigate: blaming(root, SEED, flags.quick ?? false),
      measure: measureEffect,
      onTrial: async (trial) => {
        trials.push(trial)
        await save(false)
      },
      onDropped: async (plant) => void dropped.push(plant),
      onProgress: (what, done, total) =>
        process.stderr.write(`flamegate: self-test of the blame ${done}/${total}, now ${what}\n`),
    })
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    // What saw nothing leaves nothing.
    await rm(trials.length === 0 ? directory : plan.folder, { recursive: true, force: true })
  }
  process.stdout.write(`${await save(!signal.aborted)}\n${join(directory, 'blame.json')}\n`)
  const faults = findBlameFaults(trials)
  for (const fault of faults) process.stderr.write(`flamegate: ${fault}\n`)
  process.exitCode = signal.aborted ? 130 : faults.length > 0 ? 1 : 0
}
