// What init writes: a perf file, a script, a workflow. Text alone; nothing is written here.
import { frozenInstall, type PackageManager } from '../../perf/git/package-manager.ts'
import { type FoundProject, type Importable, prefixIn, specifierFrom } from './project.ts'

/** A file to be written, and what it is about. */
export interface PlannedFile {
  /** Relative to the project, with slashes. */
  readonly path: string
  readonly text: string
  /** `GET /cart of server.js`. */
  readonly about: string
}

/** A perf file that runs as it is; undefined where the project has some, or nothing that one could measure. */
export function planPerfFile(project: FoundProject): PlannedFile | undefined {
  if (project.benches.length > 0) return undefined
  const { app, entry } = project
  if (app !== undefined) {
    const { route } = app
    const call = `http('GET ${route ?? '/'}', app${route === undefined ? ', { status: 404 }' : ''})`
    const remark = route === undefined ? '// Put the path and the status of one of your routes here.\n' : ''
    const path = pathFor('app', app)
    return {
      path,
      text: `${head(path, app, 'http', 'app')}\n${remark}${call}\n`,
      about: `GET ${route ?? '/'} of ${app.path}`,
    }
  }
  if (entry === undefined) return undefined
  const path = pathFor('first', entry)
  const remark = '// Put a call here that your users wait for: what bench() is given is timed.'
  return {
    path,
    text: `${head(path, entry, 'bench', entry.isCommonJs ? 'own' : '* as own')}\n${remark}\nbench('first', () => Object.keys(own).length)\n`,
    about: `a first bench of ${entry.path}`,
  }
}

/** In the language and the kind of module of what it imports. */
function pathFor(name: string, { path, isCommonJs }: Importable): string {
  const isTypeScript = /\.[mc]?ts$/.test(path)
  const extension = isTypeScript ? (path.endsWith('.mts') ? 'mts' : 'ts') : isCommonJs ? 'cjs' : 'mjs'
  return `perf/${name}.perf.${extension}`
}

function head(path: string, { path: imported, isCommonJs }: Importable, api: string, name: string): string {
  const from = specifierFrom(path, imported)
  return isCommonJs
    ? `const { ${api} } = require('flamegate')\nconst ${name} = require('${from}')\n`
    : `import { ${api} } from 'flamegate'\nimport ${name} from '${from}'\n`
}

/** The script that is added to package.json. */
export const SCRIPT = { name: 'perf', command: 'flamegate run' }

/** package.json with the script, written as it was; undefined where it has one of that name. */
export function planScript({ manifest, manifestText }: FoundProject): PlannedFile | undefined {
  if (manifest.scripts?.[SCRIPT.name] !== undefined) return undefined
  const changed = { ...manifest, scripts: { ...manifest.scripts, [SCRIPT.name]: SCRIPT.command } }
  const indent = /^([ \t]+)"/m.exec(manifestText)?.[1] ?? 2
  const end = manifestText.endsWith('\n') ? '\n' : ''
  return {
    path: 'package.json',
    text: `${JSON.stringify(changed, null, indent)}${end}`,
    about: `the script ${SCRIPT.name}: ${SCRIPT.command}`,
  }
}

const SETUP: Readonly<Record<PackageManager['name'], string>> = {
  npm: '',
  pnpm: '      - uses: pnpm/action-setup@v4\n',
  yarn: '',
  'yarn@berry': '      - run: corepack enable\n',
  bun: '      - uses: oven-sh/setup-bun@v2\n',
}
const RUNNER: Readonly<Record<PackageManager['name'], string>> = {
  npm: 'npx',
  pnpm: 'pnpm exec',
  yarn: 'yarn',
  'yarn@berry': 'yarn',
  bun: 'bunx',
}

/**
 * A workflow that compares every pull request with what it was made from. It reads and does nothing else: what is measured
 * is code of the pull request.
 */
export function planWorkflow(project: FoundProject): PlannedFile | undefined {
  if (project.top === undefined) return undefined
  const { manager } = project
  const prefix = prefixIn(project)
  const up = '../'.repeat(prefix.split('/').length - 1)
  const folder =
    prefix === '' ? '' : `    defaults:\n      run:\n        working-directory: ${prefix.slice(0, -1)}\n`
  const text = `name: performance
on: pull_request

permissions:
  contents: read

jobs:
  compare:
    runs-on: ubuntu-latest
${folder}    steps:
      - uses: actions/checkout@v4
${SETUP[manager.name]}      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: ${installCommand(manager)}
      - id: flamegate
        run: ${RUNNER[manager.name]} flamegate ci
        env:
          STRICT_PERF: 'true'
      - if: always() && steps.flamegate.outputs.report != ''
        uses: actions/upload-artifact@v4
        with:
          name: flamegate
          path: \${{ steps.flamegate.outputs.report }}
`
  return {
    path: `${up}.github/workflows/performance.yml`,
    text,
    about: 'compares every pull request with its base, and fails where it is slower',
  }
}

function installCommand({ name, lockfile }: PackageManager): string {
  return lockfile === undefined ? `${name.split('@')[0]} install` : frozenInstall(name).join(' ')
}
