// Builds what is published into dist/: JavaScript by tsc, types of the public API, the viewer. npm runs it before it packs.
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping'
import { tokenizer, tokTypes } from 'acorn'
import { minify } from 'terser'
import './build-viewer.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')
/** What can be imported. */
const APIS = ['perf/index', 'scripts/api/node']
/** Modules that are JavaScript already. */
const PLAIN = ['perf', 'profile', 'scripts/shared', 'scripts/flamegate.mjs']
const VIEWER = 'profile/flamegraph/dist'
/** Where a line break would be another program: inside of a template, and where JavaScript puts a semicolon at it. */
const NO_BREAK_BEFORE = new Set([tokTypes.template, tokTypes.backQuote, tokTypes.arrow, tokTypes.incDec])
const NO_BREAK_AFTER = /^(async|await|break|continue|get|return|set|static|throw|yield)\b/

await rm(DIST, { recursive: true, force: true })
compile('tsconfig.dist.json')
compile('tsconfig.types.json')
await keepPublicTypes()
for (const file of await findPlain()) await copyPlain(file)
await mkdir(join(DIST, VIEWER), { recursive: true })
for (const name of ['viewer.js', 'viewer.css']) await cp(join(ROOT, VIEWER, name), join(DIST, VIEWER, name))
for (const api of APIS) await writeRequirable(api)
for (const name of await readdir(DIST, { recursive: true })) await shrink(join(DIST, name))

/** @param {string} config */
function compile(config) {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, config)], {
    stdio: 'inherit',
  })
}

/**
 * Blanks, comments and names of variables are a quarter of the package. Functions keep their names, and what stood on
 * a line stays on it: a stack trace then says where in the source, and maps, which are a sixth of the package, have no more to say.
 */
async function shrink(file) {
  if (!/\.[cm]?js$/.test(file) || file.startsWith(join(DIST, VIEWER))) return
  const content = await readFile(`${file}.map`, 'utf8').catch(() => undefined)
  const text = (await readFile(file, 'utf8')).replace(/^\/\/# sourceMappingURL=.*/m, '')
  const { code, map } = await minify(text, {
    module: !file.endsWith('.cjs'),
    ecma: 2022,
    compress: false,
    mangle: { keep_fnames: true, keep_classnames: true },
    format: { comments: /^!/ },
    sourceMap: { content },
  })
  await rm(`${file}.map`, { force: true })
  // Of types alone nothing is left, and nobody imports it.
  if (code === 'export{};') await rm(file)
  else await writeFile(file, keepLines(code, decodedMappings(new TraceMap(map))[0] ?? []))
}

/** Breaks code of one line where its source has a new line. */
function keepLines(code, segments) {
  const lines = new Map(segments.map(([column, , line]) => [column, line]))
  const tokens = tokenizer(code, { ecmaVersion: 'latest', sourceType: 'module' })
  let kept = ''
  let from = 0
  let line = 0
  let isFree = true
  for (const { type, start, end } of tokens) {
    const own = lines.get(start) ?? 0
    if (own > line && isFree && !NO_BREAK_BEFORE.has(type)) {
      kept += code.slice(from, start) + '\n'.repeat(own - line)
      line = own
      from = start
    }
    isFree = !NO_BREAK_AFTER.test(code.slice(start, end))
  }
  return kept + code.slice(from)
}

/** Types of what nobody can import are weight; what is left names files that are there. */
async function keepPublicTypes() {
  const kept = new Set()
  const keep = async (file) => {
    if (kept.has(file)) return
    kept.add(file)
    const text = await readFile(file, 'utf8')
    const built = text.replaceAll(/(from |import\()'(\.[^']+)\.ts'/g, "$1'$2.js'")
    await writeFile(file, built)
    for (const [, to] of built.matchAll(/'(\.[^']+)\.js'/g)) await keep(join(dirname(file), `${to}.d.ts`))
  }
  for (const api of APIS) await keep(join(DIST, `${api}.d.ts`))
  for (const name of await readdir(DIST, { recursive: true })) {
    const file = join(DIST, name)
    if (name.endsWith('.d.ts') && !kept.has(file)) await rm(file)
  }
}

async function findPlain() {
  const found = await Promise.all(
    PLAIN.map(async (place) =>
      place.endsWith('.mjs')
        ? [place]
        : (await readdir(join(ROOT, place), { recursive: true })).map((name) => join(place, name)),
    ),
  )
  return found.flat().filter((name) => /\.[cm]js$/.test(name))
}

/** What it names of our own TypeScript is JavaScript here. */
async function copyPlain(file) {
  const text = await readFile(join(ROOT, file), 'utf8')
  await mkdir(dirname(join(DIST, file)), { recursive: true })
  await writeFile(join(DIST, file), text.replaceAll(/'(\.[^']*)\.ts'/g, "'$1.js'"))
}

/** For `require`, with types that say so. */
async function writeRequirable(api) {
  const name = basename(api)
  const text = `// The same module as for \`import\`.\nmodule.exports = require('./${name}.js')\n`
  await writeFile(join(DIST, `${api}.cjs`), text)
  await writeFile(join(DIST, `${api}.d.cts`), `export * from './${name}.js'\n`)
}
