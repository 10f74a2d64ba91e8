// What the docs say can be typed, and where they point: every command is taken by the real command line, every link and path
// is there, every output has its date. Nothing is measured.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { defineSuite, type MicroScenario, type Suite } from 'flamegate'
import { commandsOf, findFault, type Words } from './support/command-line.ts'
import { anchorsOf, type Block, parseMarkdown, readMarkdown } from './support/markdown.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const COMMAND_LINE = 'scripts/flamegate.mjs'
const SELF_TEST = 'tests/self-test/main.mjs'
/** Programs of this repository that print what they take for `--help`. */
const WITH_HELP = [COMMAND_LINE, SELF_TEST]
/** Flags of Node's that its help does not name: a new one, and one of its own tests. */
const UNLISTED = /^--(disable-warning=|expose-internals$)/
/** What stands for the reader's own program. */
const READERS_PROGRAM = 'app.js'
/** Outputs of golden tests may be quoted, in part. */
const GOLDEN = 'tests/golden'
/** Above a block about what is not here yet. */
const PENDING = /^pending\b/

const names = [
  'README.md',
  'CONTRIBUTING.md',
  ...(await readdir(join(ROOT, 'docs'))).map((name) => `docs/${name}`),
]
const docs = names
  .filter((name) => name.endsWith('.md') && existsSync(join(ROOT, name)))
  .map((name) => ({ name, ...readMarkdown(join(ROOT, name)) }))
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

const helps = new Map<string, Promise<string>>()

/** What a program of this repository, or node itself, prints for `--help`. */
function helpOf(...words: Words): Promise<string> {
  const key = words.join(' ')
  const help =
    helps.get(key) ??
    promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', ...words, '--help'], {
      cwd: ROOT,
    }).then(({ stdout }) => stdout)
  helps.set(key, help)
  return help
}

/** Why a command cannot be typed; undefined where it can. */
async function faultOf([program, ...words]: Words): Promise<string | undefined> {
  switch (program) {
    case 'npm':
      return faultOfNpm(words)
    case 'npx':
      return words[0] === 'flamegate'
        ? faultOfProgram(COMMAND_LINE, words.slice(1))
        : 'npx of another package'
    case 'flamegate':
      return faultOfProgram(COMMAND_LINE, words)
    case 'node':
      return faultOfNode(words)
    case 'git':
    case 'cp':
    case 'cd':
      return undefined
    default:
      return `${program} is no program that these docs use`
  }
}

async function faultOfNpm([verb, ...words]: Words): Promise<string | undefined> {
  if (verb === 'ci' || verb === 'install' || verb === 'rebuild') return undefined
  const [name, ...rest] = (verb === 'run' ? words : [verb!, ...words]).filter((word) => word !== '--silent')
  const script = scripts[name!]
  if (script === undefined) return `package.json has no script '${name}'`
  const separator = rest.indexOf('--')
  if (rest.length > 0 && separator !== 0) return `npm takes ${rest[0]} for itself: put -- before it`
  const last = commandsOf(script).at(-1)!
  return last[0] === 'node' ? faultOf([...last, ...rest.slice(1)]) : undefined
}

async function faultOfNode(words: Words): Promise<string | undefined> {
  const at = words.findIndex((word, i) => !word.startsWith('-') && !isValue(words[i - 1]))
  const flags = at < 0 ? words : words.slice(0, at)
  const imported = words[flags.indexOf('--import') + 1]
  if (flags.includes('--import') && !existsSync(join(ROOT, imported!))) return `there is no ${imported}`
  const help = await helpOf()
  const unknown = flags
    .filter((word) => word.startsWith('-') && !UNLISTED.test(word))
    .find((word) => !help.includes(`${word.split('=')[0]}`))
  if (unknown !== undefined) return `node has no ${unknown}`
  return at < 0 || words[at] === READERS_PROGRAM ? undefined : faultOfProgram(words[at]!, words.slice(at + 1))
}

/** Whether the word behind this one belongs to it. */
function isValue(word: string | undefined): boolean {
  return word === '--import' || word === '--cpu-prof-interval'
}

async function faultOfProgram(file: string, words: Words): Promise<string | undefined> {
  if (!existsSync(join(ROOT, file))) return `there is no ${file}`
  if (!WITH_HELP.includes(file)) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    // What stands behind `--` is handed on.
    const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
    const unknown = own.find((word) => word.startsWith('--') && !text.includes(word))
    return unknown === undefined || text.includes('--test-reporter')
      ? undefined
      : `${file} knows no ${unknown}`
  }
  if (file === SELF_TEST) return findFault(await helpOf(file), words)
  const [command, ...rest] = words
  const all = await helpOf(file)
  if (command === undefined || command.startsWith('-')) return findFault(all, words)
  if (!new RegExp(`^ {2}${command} `, 'm').test(all)) return `flamegate has no command '${command}'`
  return findFault(await helpOf(file, command), rest)
}

/** Commands of a block that a reader would type. */
function typedIn({ language, text }: Block): Words[] {
  if (language === 'sh') return commandsOf(text)
  if (language === 'text')
    return commandsOf(
      text
        .split('\n')
        .filter((line) => line.startsWith('$ '))
        .join('\n'),
    )
  if (language === 'yaml') {
    return [...text.matchAll(/^\s*(?:- )?run: (.+)$/gm)].flatMap(([, command]) => commandsOf(command!))
  }
  return []
}

/** A command, or a part of one, that the prose names: `npm run perf:profile -- <filter>`. */
function typedInProse(span: string): Words[] {
  return /^(?:[A-Z_]+=\S+ )*(?:npm|npx|flamegate|node) \S/.test(span) && !span.includes('…')
    ? commandsOf(span)
    : []
}

const pending = docs.flatMap(({ name, blocks }) =>
  blocks.filter(({ note }) => PENDING.test(note)).map((block) => ({ name, block })),
)

test('every command in the docs is one that can be typed', async (t) => {
  for (const { name, block } of pending) t.diagnostic(`${name}:${block.line} ${block.note}`)
  const typed = docs.flatMap(({ name, blocks, spans }) => [
    ...blocks
      .filter(({ note }) => !PENDING.test(note))
      .flatMap((block) => typedIn(block).map((words) => ({ where: `${name}:${block.line}`, words }))),
    ...spans.flatMap((span) => typedInProse(span).map((words) => ({ where: name, words }))),
  ])
  assert.ok(typed.length > 40, 'the docs have commands')
  const faults = await Promise.all(
    typed.map(async ({ where, words }) => {
      const fault = await faultOf(words)
      return fault === undefined ? [] : [`${where}: ${words.join(' ')}: ${fault}`]
    }),
  )
  assert.deepEqual(faults.flat(), [])
})

const WRONG = [
  ['npm run perf -- --frks 10', /unknown option '--frks'/],
  ['npm run perf --quick', /put -- before it/],
  ['npm run prf', /no script 'prf'/],
  ['npm run perf:profile -- arrays --with perf', /'perf' is invalid/],
  ['npm run perf:investigate', /missing required argument 'report'/],
  ['npx flamegate veiw a.cpuprofile', /no command 'veiw'/],
  ['npx flamegate view --opne a.cpuprofile', /unknown option '--opne'/],
  ['npm run perf:selftest -- --quick --effect 5', /unknown option '--effect'/],
  ['node --cpu-porf app.js', /node has no --cpu-porf/],
  ['node --import ./perf/gone.mjs tests/benchmarks/page.ts', /there is no \.\/perf\/gone\.mjs/],
  ['node tests/benchmarks/lockstep.ts --turns 4', /knows no --turns/],
  ['curl localhost', /no program/],
] as const

for (const [line, fault] of WRONG) {
  test(`a command that cannot be typed is seen: ${line}`, async () => {
    assert.match((await faultOf(commandsOf(line)[0]!)) ?? 'nothing was seen', fault)
  })
}

test('a shell block is read as a shell would: comments, lines in two, what comes after &&', () => {
  assert.deepEqual(
    commandsOf(
      "STRICT_PERF=true npm run perf -- '*.http' \\\n  --quick # why\n# all\n$ npm ci && npm test > a",
    ),
    [
      ['npm', 'run', 'perf', '--', '*.http', '--quick'],
      ['npm', 'ci'],
      ['npm', 'test'],
    ],
  )
})

test('links lead somewhere', () => {
  const lost = docs.flatMap(({ name, links }) =>
    links
      .filter((link) => !/^[a-z]+:/.test(link))
      .flatMap((link) => {
        const [path, anchor] = link.split('#')
        const target = path === '' ? name : normalize(join(dirname(name), path!))
        if (!existsSync(join(ROOT, target))) return [`${name}: ${link}`]
        const isThere = anchor === undefined || anchorsOf(readMarkdown(join(ROOT, target))).has(anchor)
        return isThere ? [] : [`${name}: ${link} is no heading`]
      }),
  )
  assert.deepEqual(lost, [])
})

test('files that the docs name are there', () => {
  const lost = docs.flatMap(({ name, spans }) =>
    spans
      .filter((span) => /^(perf|profile|scripts|tests|docs|packages)\/[\w./-]+$/.test(span))
      .filter((span) => !existsSync(join(ROOT, span)))
      .map((span) => `${name}: ${span}`),
  )
  assert.deepEqual(lost, [])
})

test('every output in the docs has its date, or is one of a golden test', async () => {
  const golden = await Promise.all(
    (await readdir(join(ROOT, GOLDEN))).map((name) => readFileSync(join(ROOT, GOLDEN, name), 'utf8')),
  )
  const bare = docs.flatMap(({ name, blocks }) =>
    blocks
      .filter(({ language }) => language === 'text' || language === '')
      .filter(
        ({ note, text }) => !/^\d{4}-\d{2}-\d{2}\b/.test(note) && !golden.some((all) => all.includes(text)),
      )
      .map(({ line }) => `${name}:${line}`),
  )
  assert.deepEqual(bare, [])
})

test('every experiment has its date, its machine and its code', () => {
  const sections = readFileSync(join(ROOT, 'docs/measurements.md'), 'utf8').split(/^## /m).slice(1)
  assert.ok(sections.length > 5)
  const bare = sections.filter(
    (section) =>
      !/^\d{4}-\d{2}-\d{2}: .+\n\nCommit `[0-9a-f]{7,}`(.+\n)*?.*(reference machine|simulated)/.test(section),
  )
  assert.deepEqual(
    bare.map((section) => section.split('\n')[0]),
    [],
  )
})

test('the perf file of the docs runs', async (t) => {
  const [example] = docs.flatMap(({ blocks }) => blocks.filter(({ text }) => text.includes('defineSuite<')))
  assert.ok(example !== undefined)
  // Its imports are those of a file where the docs have it lie.
  const place = pathToFileURL(join(ROOT, 'packages/demo/perf/demo.perf.ts'))
  const text = example.text.replaceAll(/from '(\.[^']+)'/g, (_, path) => `from '${new URL(path, place)}'`)
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-docs-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'demo.perf.ts')
  await writeFile(file, text)
  const { default: suite } = (await import(pathToFileURL(file).href)) as { default: Suite }
  const [scenario] = defineSuite(suite).scenarios as MicroScenario<unknown, unknown>[]
  const state = await scenario!.setup({ sort: (list: number[]) => [...list].sort((a, b) => a - b) })
  scenario!.check?.(scenario!.op(state, 0), state)
})

test('a date above an output is found, and one above prose is none', () => {
  const { blocks } = parseMarkdown('<!-- 2026-01-02, Node 20 -->\n```text\na\n```\nword\n```text\nb\n```\n')
  assert.deepEqual(
    blocks.map(({ note }) => note),
    ['2026-01-02, Node 20', ''],
  )
})
