// Transforms one TypeScript file from stdin to stdout, by the compiler that its project has: typescript, or esbuild.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { getTsconfig } from 'get-tsconfig'
import { withMap } from './transform-types.mjs'

const [path] = process.argv.slice(2)
const text = readFileSync(0, 'utf8')
const require = createRequire(path)
const { compilerOptions = {} } = getTsconfig(path)?.config ?? {}
const url = pathToFileURL(path).href

const compilers = [byTypeScript, byEsbuild]
const made = compilers.map((compile) => compile()).find((code) => code !== undefined)
if (made === undefined) {
  process.stderr.write(
    'it has enums, parameter properties or decorators, and neither typescript (up to 6) nor esbuild is installed here to transform them; or load it by nodeArgs: ["--import", "tsx"]\n',
  )
  process.exitCode = 1
} else process.stdout.write(made)

function byTypeScript() {
  const typescript = load('typescript')
  if (typeof typescript?.transpileModule !== 'function') return undefined
  const { ModuleKind, ScriptTarget } = typescript
  const { experimentalDecorators, emitDecoratorMetadata, useDefineForClassFields } = compilerOptions
  const { outputText, sourceMapText } = typescript.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      target: ScriptTarget.ES2022,
      module: isModule() ? ModuleKind.ESNext : ModuleKind.CommonJS,
      sourceMap: true,
      experimentalDecorators,
      emitDecoratorMetadata,
      useDefineForClassFields,
      verbatimModuleSyntax: false,
    },
  })
  const map = { ...JSON.parse(sourceMapText), sources: [url], sourceRoot: undefined }
  return withMap(outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'), JSON.stringify(map))
}

function byEsbuild() {
  const esbuild = load('esbuild')
  if (esbuild === undefined) return undefined
  const { code, map } = esbuild.transformSync(text, {
    loader: 'ts',
    target: 'es2022',
    ...(!isModule() && { format: 'cjs' }),
    sourcemap: 'external',
    sourcefile: path,
    sourcesContent: false,
    tsconfigRaw: { compilerOptions },
  })
  return withMap(code, JSON.stringify({ ...JSON.parse(map), sources: [url] }))
}

function load(name) {
  try {
    return require(name)
  } catch {
    return undefined
  }
}

/** Whatever imports or exports is left so: Node decides by that, too. */
function isModule() {
  return (
    !path.endsWith('.cts') &&
    /^\s*(?:import\b(?!\s*\()|export\b)/m.test(text) &&
    !/\bexport\s*=|\bimport\s+\w+\s*=/.test(text)
  )
}
