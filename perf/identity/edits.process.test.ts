// Which edits of a program are the same code to a scenario: each edit is made, loaded and run.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { countFork } from '../profiling/fork.ts'
import { toDescription } from '../suite/scenario.ts'
import { type CodePrint, PrintReader } from './code-print.ts'
import { comparePrints, isSameCode } from './compare-prints.ts'

const PACKAGE = 'packages/shop'
const SUITE = `${PACKAGE}/perf/shop.perf.ts`
const SCENARIO = new URL('../suite/scenario.ts', import.meta.url).href

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "top", "version": "1.0.0", "type": "module" }',
  'README.md': '# Shop\n',
  [`${PACKAGE}/package.json`]: '{ "name": "shop", "version": "1.0.0", "type": "module" }',
  [`${PACKAGE}/prices.json`]: '{ "apple": 3 }',
  [`${PACKAGE}/rates.txt`]: '7',
  [`${PACKAGE}/extra/a.txt`]: 'a',
  [`${PACKAGE}/src/index.ts`]: `
import { readFileSync, readdirSync, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pad } from 'padding'
import { Base } from './base.ts'
import prices from '../prices.json' with { type: 'json' }

const FACTOR = 2
// A remark.
const rate = Number(readFileSync(new URL('../rates.txt', import.meta.url), 'utf8'))
const extras = readdirSync(new URL('../extra', import.meta.url)).length
const hasDiscount = existsSync(new URL('../discount.txt', import.meta.url))
const legacy = createRequire(import.meta.url)('./legacy.cjs')
const table = { sum(a: number, b: number) { return a + b }, spare() { return 'spare' } }

export class Cart extends Base {
  count: number = 1
  get size() { return this.count * FACTOR }
  unused() { return 'unused' }
}

export function price(name: string, amount = 1): number {
  const cart = new Cart()
  if (amount > 1e9) return never(amount)
  return table.sum(prices[name as 'apple'] * amount, cart.size) + cart.weigh() + rate + extras + legacy.twice(1)
}

export async function late(): Promise<number> {
  const { tax } = await import('./tax.ts')
  return tax(price('apple')) + pad('x', hasDiscount ? 1 : 2).length
}

function never(amount: number): number {
  return amount - 1
}
`,
  [`${PACKAGE}/src/base.ts`]: `
export class Base {
  weigh() { return 1 }
  heavy() { return 2 }
}
`,
  [`${PACKAGE}/src/tax.ts`]: 'export const tax = (value: number) => value * 1.2\n',
  [`${PACKAGE}/src/legacy.cjs`]: 'exports.twice = (n) => 2 * n\nexports.thrice = (n) => 3 * n\n',
  'node_modules/padding/package.json': '{ "name": "padding", "version": "1.0.0", "main": "index.js" }',
  'node_modules/padding/index.js': `
exports.pad = (text, width) => text.padEnd(width)
exports.trim = (text) => text.trim()
`,
  [SUITE]: `
import { defineSuite, micro, packageTarget } from '${SCENARIO}'
export default defineSuite({
  name: 'shop',
  target: packageTarget(new URL('..', import.meta.url), 'src/index.ts'),
  scenarios: [
    micro({ id: 'shop/late.apply', setup: (shop) => shop, op: (shop) => shop.late() }),
  ],
})
`,
}

const INDEX = `${PACKAGE}/src/index.ts`
/** An edit: of a file, from this text to that; without a text, the file is written anew. */
type Edit = readonly [file: string, from: string | null, to: string]

const SAME: Readonly<Record<string, Edit>> = {
  'a README': ['README.md', '# Shop', '# The shop'],
  'a comment': [INDEX, '// A remark.', '// Another remark, in more words.'],
  layout: [INDEX, 'if (amount > 1e9) return never(amount)', 'if (amount > 1e9)\n    return never(amount);'],
  'a type': [
    INDEX,
    'name: string, amount = 1): number',
    'name: string | "apple", amount: number = 1): number | never',
  ],
  'a type of a field': [INDEX, 'count: number = 1', 'protected count = 1'],
  'the spelling of a number': [INDEX, '1e9', '1_000_000_000'],
  'a function that does not run': [INDEX, 'return amount - 1', 'return amount - 2'],
  'a method that does not run': [INDEX, "return 'unused'", "return 'not used'"],
  'a method of an object that does not run': [INDEX, "return 'spare'", "return 'rest'"],
  'an inherited method that does not run': [`${PACKAGE}/src/base.ts`, 'return 2', 'return 3'],
  'a function of a CommonJS module that does not run': [`${PACKAGE}/src/legacy.cjs`, '3 * n', '4 * n'],
  'a module that is not loaded': [`${PACKAGE}/src/other.ts`, null, 'export const other = 1\n'],
  'a file that is not read': [`${PACKAGE}/notes.txt`, null, 'notes\n'],
  'the version of the package itself': [
    `${PACKAGE}/package.json`,
    '"version": "1.0.0"',
    '"version": "1.0.1"',
  ],
}

const OTHER: Readonly<Record<string, Edit>> = {
  'a function that runs': [INDEX, 'const cart = new Cart()', 'const cart = new Cart(); cart.size'],
  'a constant': [INDEX, 'const FACTOR = 2', 'const FACTOR = 3'],
  'a constant beyond the largest number': [INDEX, 'const FACTOR = 2', 'const FACTOR = 1e999'],
  'a top-level statement': [INDEX, '// A remark.', 'globalThis.remark = 1'],
  'a getter': [INDEX, 'return this.count * FACTOR', 'return FACTOR * this.count'],
  'a default argument': [INDEX, 'amount = 1)', 'amount = 2)'],
  'a field': [INDEX, 'count: number = 1', 'count: number = 2'],
  'a method of an object literal': [INDEX, 'return a + b', 'return b + a'],
  'an inherited method': [`${PACKAGE}/src/base.ts`, 'return 1', 'return 1.5'],
  'an override of an inherited method': [INDEX, "unused() { return 'unused' }", 'weigh() { return 1 }'],
  'a method that another one replaces': [INDEX, 'unused()', 'heavy()'],
  'what a class extends': [INDEX, 'class Cart extends Base', 'class Cart extends (class extends Base {})'],
  'an arrow function of a module that is imported dynamically': [`${PACKAGE}/src/tax.ts`, '1.2', '1.3'],
  'a module that is required': [`${PACKAGE}/src/legacy.cjs`, '2 * n', 'n * 2'],
  'a JSON import': [`${PACKAGE}/prices.json`, '3', '4'],
  'a data file': [`${PACKAGE}/rates.txt`, '7', '8'],
  'a folder that is listed': [`${PACKAGE}/extra/b.txt`, null, 'b'],
  'a file that was looked for in vain': [`${PACKAGE}/discount.txt`, null, ''],
  'the version of a dependency': ['node_modules/padding/package.json', '1.0.0', '1.0.1'],
  'the code of a dependency': ['node_modules/padding/index.js', 'text.padEnd(width)', 'text.padStart(width)'],
  'the name of a function that other code can see': [INDEX, 'spare()', 'reserve()'],
  'how many parameters a function has': [INDEX, 'spare()', 'spare(_a: number)'],
  'the kind of a function': [INDEX, 'function never', 'async function never'],
  'the perf file': [SUITE, 'op: (shop) => shop.late()', 'op: (shop) => shop.late().then()'],
}

/** What makes it impossible to tell. */
const UNKNOWN: Readonly<Record<string, Edit>> = {
  'a worker': [
    INDEX,
    '// A remark.',
    "import { Worker } from 'node:worker_threads'; new Worker('0', { eval: true })",
  ],
  'a child process': [
    INDEX,
    '// A remark.',
    "import { execFileSync } from 'node:child_process'; execFileSync(process.execPath, ['-e', ''])",
  ],
  'a promise of a child process': [
    INDEX,
    '// A remark.',
    "import { execFile } from 'node:child_process'; import { promisify } from 'node:util'; await promisify(execFile)(process.execPath, ['-e', ''])",
  ],
}

describe('the code that a scenario runs', { concurrency: 2 }, () => {
  let base: string
  let original: CodePrint
  before(async () => {
    base = await mkdtemp(join(await realpath(tmpdir()), 'flamegate-edits-'))
    original = await printOf(await write('original', []))
  })
  after(() => rm(base, { recursive: true, force: true, maxRetries: 5 }))

  async function write(name: string, edits: readonly Edit[]): Promise<string> {
    const root = join(base, name.replaceAll(' ', '-'))
    const files = { ...FILES }
    for (const [path, from, to] of edits) {
      assert.ok(from === null || files[path]!.includes(from), from ?? '')
      files[path] = from === null ? to : files[path]!.replace(from, () => to)
    }
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    return root
  }

  test(`is the same whatever there is of ${Object.keys(SAME).join(', ')}, in any folder`, async () => {
    const print = await printOf(await write('harmless edits', Object.values(SAME)))
    assert.deepEqual(comparePrints(original, print), { functions: [], others: [] })
  })
  for (const [name, edit] of Object.entries(OTHER)) {
    test(`is other code with another ${name}`, async () => {
      const print = await printOf(await write(name, [edit]))
      assert.ok(!isSameCode(comparePrints(original, print)))
      assert.ok(!isSameCode(comparePrints(print, original)))
    })
  }
  for (const [name, edit] of Object.entries(UNKNOWN)) {
    test(`is unknown with ${name}`, async () => {
      const print = await printOf(await write(name, [edit]))
      assert.match(print.unknown ?? '', /whose work is not seen/)
      assert.ok(!isSameCode(comparePrints(print, print)))
    })
  }

  test('is told by the names of what changed', async () => {
    const edits = [OTHER['a getter']!, OTHER['a JSON import']!, OTHER['the version of a dependency']!]
    assert.deepEqual(comparePrints(original, await printOf(await write('three edits', edits))), {
      functions: [{ file: 'shop/src/index.ts', name: 'get size' }],
      others: ['padding 1.0.0', 'padding 1.0.1', 'shop/prices.json'],
    })
  })
})

async function printOf(root: string): Promise<CodePrint> {
  const suiteFile = join(root, SUITE)
  const discovered = {
    scenario: toDescription({ id: 'shop/late.apply', kind: 'micro' }),
    suiteFile,
    targetEntry: join(root, INDEX),
    skipReason: undefined,
  }
  const plan = {
    warmupMinMs: 1,
    warmupMaxMs: 1,
    measureMinMs: 1,
    measureMaxMs: 1,
    minSamples: 1,
    minBusyMs: 0,
  }
  const { signal } = new AbortController()
  const { observations } = await countFork(discovered, plan, { timeoutMs: 60_000, signal })
  return new PrintReader().read(observations, { root, folder: root, suiteFile })
}
