// `flamegate selftest`.
import type { Command } from 'commander'
import { proveGate } from '../perf/run/proof/proof.ts'
import type { Proof } from '../perf/verdict/gate.ts'
import { formatRatio } from '../profile/model/format.ts'
import { createProgressLine } from './shared/progress.ts'
import { refuseForeignOptions, startSession } from './shared/session.ts'

const SEED = 1

/** `flamegate selftest`: the positive and the negative control of the gate, on this machine, now. */
export function defineSelfTest(command: Command): Command {
  return command.option('--json', 'print the result as JSON on stdout, and nothing else').action(selfTest)
}

async function selfTest(flags: { readonly json?: true }): Promise<void> {
  refuseForeignOptions()
  const signal = await startSession(process.cwd())
  const progress = createProgressLine(process.stderr)
  try {
    const proof = await proveGate({ seed: SEED, isTimed: true, isQuick: false }, signal, (done, total) =>
      progress.show({ stage: 'proving', scenarioId: 'the gate itself', done, total, leftMs: null }),
    )
    progress.clear()
    process.stdout.write(flags.json ? `${JSON.stringify(proof, null, 2)}\n` : renderProof(proof))
    process.exitCode = proof.failure === null ? 0 : 2
  } catch (error) {
    progress.clear()
    if (!signal.aborted) throw error
    process.stderr.write('interrupted before the gate was proven\n')
    process.exitCode = 130
  }
}

function renderProof({ plantedRatio, sameRatio, failure }: Proof): string {
  const cost = (ratio: Proof['sameRatio']) => (ratio === null ? 'not measured' : formatRatio(ratio))
  return [
    failure === null ? 'the gate works on this machine' : `the gate proves nothing here now: ${failure}`,
    `  an injected slow-down of 40 %  ${cost(plantedRatio)}`,
    `  the same code twice            ${cost(sameRatio)}`,
    '',
  ].join('\n')
}
