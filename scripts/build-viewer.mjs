// Bundles the viewer of pages, script and style: of a run's report, and of profiles alone. It goes into
// profile/flamegraph/dist/, where rendering a page reads it.
// npm runs it after an install and before the tests.
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const PROFILES = './profile/flamegraph/viewer/main.ts'
const REPORT = './perf/report/page/viewer'
/** A page with the data of a run is one of it. */
const ENTRY = `import '${REPORT}/style.css'
if (document.querySelector('script.data') === null) await import('${PROFILES}')
else await import('${REPORT}/main.ts')`
const DIST = new URL('../profile/flamegraph/dist/', import.meta.url)

/** The bundler, for those who develop here; undefined where only what runs is installed. */
async function loadBundler() {
  try {
    return await import('esbuild')
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    return undefined
  }
}

async function bundle({ build }) {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    outfile: fileURLToPath(new URL('viewer.js', DIST)),
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    minify: true,
    // A page is Latin 1 alone, which page.ts says why.
    charset: 'ascii',
    legalComments: 'none',
  })
  return Promise.all(outputFiles.map(shrinkScript))
}

/** A package of 300 kB has no room for what one minifier leaves. */
async function shrinkScript({ path, text }) {
  if (!path.endsWith('.js')) return { path, contents: text }
  const { minify } = await import('terser')
  const { code } = await minify(text, { module: true, ecma: 2022, format: { ascii_only: true } })
  return { path, contents: code }
}

/** Whole or not at all: a page may be rendered at this moment. */
async function writeWhole(path, bytes) {
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, bytes)
  await rename(unfinished, path)
}

const esbuild = await loadBundler()
if (esbuild === undefined) {
  process.stderr.write(
    'the viewer of flamegraph pages is not built: esbuild is not installed (npm install)\n',
  )
  // An install without what only developers need is one, all the same.
  process.exitCode = process.env.npm_lifecycle_event === 'prepare' ? 0 : 1
} else {
  await mkdir(DIST, { recursive: true })
  for (const { path, contents } of await bundle(esbuild)) await writeWhole(path, contents)
}
