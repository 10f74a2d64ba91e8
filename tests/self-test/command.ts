// `npm run perf:selftest`.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { readEnvironment } from '../../perf/results/environment.ts'
import { nameRunFolder } from '../../perf/results/run-folder.ts'
import { writeWhole } from '../../perf/results/write-whole.ts'
import { wholeNumber } from '../../scripts/shared/options.ts'
import { refuseForeignOptions, startSession } from '../../scripts/shared/session.ts'
import { addBlameOptions, type BlameFlags, checkBlameFlags, testBlame } from './blame/command.ts'
import { missingPeers } from './peers/index.ts'
import { renderSelfTest } from './report.ts'
import { runSelfTest, type SelfTestPlan } from './self-test.ts'
import { findFaults } from './summary.ts'
import { LOADS, type Load, SELF_TEST_VERSION, type SelfTest, type Trial } from './trial.ts'

interface SelfTestFlags extends BlameFlags {
  readonly quick?: true
  readonly scenario?: string[]
  readonly effects?: number[]
  readonly load?: Load[]
  readonly repeats?: number
  /** False for --no-peers. */
  readonly peers: boolean
}

const FULL = {
  scenarioIds: [
    'arrays/append.apply',
    'noop/refresh.processor',
    'payload/50kb.apply',
    'arrays/append.http',
    'payload/10kb.http',
  ],
  effects: [0, 0.05, 0.1, 0.2, 0.4],
  peerEffects: [0, 0.1],
  repeats: 10,
  /** As `compare` has. */
  forks: 5,
}
const QUICK = {
  scenarioIds: ['arrays/append.apply', 'arrays/append.http'],
  effects: [0, 0.1, 0.4],
  peerEffects: [],
  repeats: 1,
  /** As `compare --quick` has. */
  forks: 3,
}

const HELP = `
Plants slow-downs of known size in a copy of packages/nasc-server, and lets flamegate and four other tools look for them:
quiet, and beside a busy neighbour. Exit code 1 when flamegate calls the same code a regression, or misses one of 40 %.

Examples:
  $ npm run perf:selftest -- --quick                     a few minutes, flamegate alone
  $ npm run perf:selftest                                all of it, some hours
  $ npm run perf:selftest -- --scenario arrays/append.apply --effects 0,10 --repeats 20
  $ npm run perf:selftest -- --blame --plants 10         is the function that was made slower the one that is named?`

/** `flamegate selftest`: does the gate work on this machine, and how do others do? */
export function selfTestCommand(): Command {
  return addBlameOptions(new Command('selftest'))
    .description(
      'prove the gate on this machine: unchanged code, injected slow-downs, and other tools beside it',
    )
    .option(
      '--quick',
      'a few minutes: two scenarios, three effects, once, in quick comparisons, without other tools',
    )
    .option('--scenario <id...>', 'which scenarios (default: three micro and two HTTP ones)')
    .option('--effects <percents>', 'injected slow-downs, as in 0,5,10,20,40', parsePercents)
    .addOption(new Option('--load <which...>', `${LOADS.join(' or ')} (default: both)`).choices(LOADS))
    .option('--repeats <count>', 'comparisons of each kind', wholeNumber(1, 1_000))
    .option('--no-peers', 'flamegate alone; other tools are asked at 0 and 10 % only')
    .addHelpText('after', HELP)
    .action(selfTest)
}

async function selfTest(flags: SelfTestFlags): Promise<void> {
  checkBlameFlags({ ...flags })
  if (flags.blame) return testBlame(flags)
  refuseForeignOptions()
  const root = process.cwd()
  const signal = await startSession(root)
  const folder = nameRunFolder(join(root, 'tmp', 'perf'), new Date()).directory
  const plan = toPlan(flags, root, join(folder, 'versions'))
  const missing = plan.peerEffects.length === 0 ? [] : missingPeers()
  if (missing.length > 0) {
    process.stderr.write(
      `flamegate: without ${missing.join(', ')}; to ask them too: npm i -D ${missing.join(' ')}\n`,
    )
  }
  const startedAt = new Date().toISOString()
  const trials: Trial[] = []
  const save = async (isComplete: boolean): Promise<string> => {
    const result: SelfTest = {
      schemaVersion: SELF_TEST_VERSION,
      startedAt,
      isComplete,
      environment: readEnvironment(),
      trials,
    }
    const text = renderSelfTest(result)
    await writeWhole(join(folder, 'self-test.json'), `${JSON.stringify(result, null, 2)}\n`)
    await writeWhole(join(folder, 'self-test.md'), text)
    return text
  }
  try {
    await runSelfTest(plan, {
      signal,
      onTrial: async (trial) => {
        trials.push(trial)
        await save(false)
      },
      onProgress: (what, done, total) =>
        process.stderr.write(`flamegate: self-test ${done}/${total}, now ${what}\n`),
    })
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    // What saw nothing leaves nothing.
    await rm(trials.length === 0 ? folder : plan.folder, { recursive: true, force: true })
  }
  process.stdout.write(`${await save(!signal.aborted)}\n${join(folder, 'self-test.json')}\n`)
  process.exitCode = signal.aborted ? 130 : findFaults(trials).length > 0 ? 1 : 0
}

function toPlan(flags: SelfTestFlags, root: string, folder: string): SelfTestPlan {
  const defaults = flags.quick ? QUICK : FULL
  return {
    root,
    folder,
    scenarioIds: flags.scenario ?? defaults.scenarioIds,
    effects: flags.effects ?? defaults.effects,
    peerEffects: flags.peers ? defaults.peerEffects : [],
    loads: flags.load ?? LOADS,
    repeats: flags.repeats ?? defaults.repeats,
    forks: defaults.forks,
    isQuick: flags.quick ?? false,
    seed: 1,
  }
}

function parsePercents(text: string): number[] {
  return text.split(',').map((part) => {
    const value = Number(part)
    if (part.trim() !== '' && value >= 0 && value <= 1_000) return value / 100
    throw new InvalidArgumentError('They must be percents, as in 0,10,40.')
  })
}
