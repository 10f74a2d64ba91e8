// Whole runs of a clone of this repository, strict, with an edit of known effect or none: exit codes, verdicts, who is named.
// node --import ./perf/process/strip-types/register.mjs tests/benchmarks/verdicts.ts \
//   --edit none|harmless|planted|planted-http [--runs 4] [--load quiet|loaded|both] [--again 0.25] \
//   [-- <what is added to `npm run perf`>]
// planted: `applyEvent` does its work again at so many calls of one; planted-http: what no handler runs, `handleEvent`, copies the
// body so many times.
import { execFileSync, spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { renderTable } from '../../perf/report/parts/markdown-table.ts'
import type { Report } from '../../perf/results/report.ts'
import { HOOK_FLAGS } from '../../profile/process/module-hooks.mjs'
import { applyEdits } from '../self-test/blame/plant/edits.ts'
import { insertDecoy } from '../self-test/blame/plant/statement.ts'
import { readFunctions } from '../self-test/blame/read/syntax.ts'
import { plantCopy } from '../self-test/plant.ts'
import { startNeighbour } from '../self-test/self-test.ts'

const ROOT = process.cwd()
const PACKAGE = join('packages', 'nasc-server')
/** What `handleEvent` does first with a body. */
const ANSWERING = 'const patches: Patch[] = await processMessage('
const KINDS = ['pass', 'improved', 'same-code', 'inconclusive', 'unproven', 'regressed'] as const

type EditKind = 'none' | 'harmless' | 'planted' | 'planted-http'

interface RunOutcome {
  readonly load: string
  readonly seconds: number
  readonly code: number | null
  readonly verdicts: Readonly<Record<(typeof KINDS)[number], number>>
  /** What of the outcome was not green, and who is blamed. */
  readonly said: readonly string[]
}

/** A clone of the last commit with the dependencies of this checkout. */
async function clone(folder: string): Promise<string> {
  const root = join(folder, 'clone')
  execFileSync('git', ['clone', '--quiet', ROOT, root])
  await cp(join(ROOT, 'node_modules'), join(root, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  execFileSync(process.execPath, ['scripts/build-viewer.mjs'], { cwd: root, stdio: 'ignore' })
  return root
}

async function edit(root: string, kind: EditKind, again: number): Promise<void> {
  if (kind === 'none') return
  if (kind === 'planted') {
    const copy = await plantCopy(root, join(root, 'tmp', 'planted'), again)
    await cp(join(copy, 'src'), join(root, PACKAGE, 'src'), { recursive: true })
    return
  }
  if (kind === 'planted-http') {
    const path = join(root, PACKAGE, 'src', 'http.ts')
    const text = await readFile(path, 'utf8')
    if (!text.includes(ANSWERING)) throw new Error(`${path} does not answer as expected`)
    const copies = `for (let i = 0; i < ${again}; i++) JSON.parse(JSON.stringify(req.body))\n  `
    await writeFile(path, text.replace(ANSWERING, copies + ANSWERING))
    return
  }
  const folder = join(root, PACKAGE, 'src')
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8')
    await writeFile(join(folder, name), applyEdits(text, readFunctions(text, name).map(insertDecoy)))
  }
}

async function runOnce(root: string, load: string, flags: readonly string[]): Promise<RunOutcome> {
  const neighbour = load === 'loaded' ? startNeighbour() : undefined
  const start = performance.now()
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      ...HOOK_FLAGS,
      'scripts/flamegate.mjs',
      'run',
      '--json',
      ...flags,
    ],
    { cwd: root, env: { ...process.env, STRICT_PERF: 'true' }, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  neighbour?.kill()
  const seconds = (performance.now() - start) / 1000
  const none = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as RunOutcome['verdicts']
  if (text === '') return { load, seconds, code, verdicts: none, said: ['no report'] }
  const { scenarios, gate } = JSON.parse(text) as Report
  const kinds = scenarios.map((one) => {
    if (one.status === 'unchanged') return 'same-code'
    return one.status === 'measured' ? (one.verdict?.kind ?? 'unproven') : 'unproven'
  })
  const verdicts = Object.fromEntries(
    KINDS.map((kind) => [kind, kinds.filter((other) => other === kind).length]),
  ) as RunOutcome['verdicts']
  const blamed = scenarios.flatMap((one) =>
    one.status === 'measured' && one.blame != null
      ? [`${one.id}: ${JSON.stringify(one.blame.suspects[0]?.functionName)}`]
      : [],
  )
  return {
    load,
    seconds,
    code,
    verdicts,
    said: [...gate.reasons, ...gate.inconclusive.map((id) => `${id} inconclusive`), ...blamed],
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      edit: { type: 'string', default: 'none' },
      runs: { type: 'string', default: '4' },
      load: { type: 'string', default: 'both' },
      again: { type: 'string', default: '0.25' },
    },
  })
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-verdicts-'))
  try {
    const root = await clone(folder)
    await edit(root, values.edit as EditKind, Number(values.again))
    const outcomes: RunOutcome[] = []
    for (let run = 0; run < Number(values.runs); run++) {
      const load = values.load === 'both' ? ['quiet', 'loaded'][run % 2]! : values.load
      const outcome = await runOnce(root, load, positionals)
      outcomes.push(outcome)
      process.stderr.write(`${JSON.stringify(outcome)}\n`)
    }
    process.stdout.write(
      `${renderTable(
        ['load', 'seconds', 'exit code', ...KINDS],
        outcomes.map(({ load, seconds, code, verdicts }) => [
          load,
          seconds.toFixed(0),
          String(code),
          ...KINDS.map((kind) => String(verdicts[kind])),
        ]),
      )}\n`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

await main()
