// Lets the names of benchmark tools mean our stand-ins, for everything that is loaded from then on but flamegate itself, whose sampling
// engine is one of them.
import * as moduleApi from 'node:module'
import { addAliases } from '../../../profile/process/aliases.mjs'

const STAND_INS = {
  vitest: './vitest.ts',
  tinybench: './tinybench.ts',
  mitata: './mitata.ts',
  'node:bench': './node-bench.ts',
  'node:bench/reporters': './node-bench-reporters.ts',
}
/** Tools that run their benches by themselves, and would do it while they are listed. */
const OTHERS = ['benchmark', 'bench-node', 'benny', 'cronometro', 'kelonio', 'bun:test']

/** @returns {Promise<void>} */
export async function giveNamesToStandIns() {
  const standIns = Object.entries(STAND_INS).map(([name, file]) => [
    name,
    { url: new URL(file, import.meta.url).href },
  ])
  const others = OTHERS.map((name) => [name, { refusal: refusalOf(name) }])
  await addAliases({
    names: Object.fromEntries([...standIns, ...others]),
    exceptIn: new URL('../../', import.meta.url).href,
  })
  // Older versions cannot require TypeScript of ours that is an ES module, but what is loaded already they can.
  if (moduleApi.registerHooks === undefined) {
    await Promise.all(Object.values(STAND_INS).map((file) => import(new URL(file, import.meta.url).href)))
  }
}

function refusalOf(name) {
  return `it is written for ${name}, whose benches are not collected (those of vitest, tinybench, mitata and node:bench are)`
}
