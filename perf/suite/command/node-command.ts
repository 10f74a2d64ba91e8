// Which script of Node's a command runs in the end: `npm start` → `node server.js`.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { FlamegateError } from '../../errors.ts'

/** What is loaded before the script, as flags of Node's ask for it. */
export interface Preload {
  readonly by: 'require' | 'import' | 'env-file'
  readonly name: string
}

/** A script of Node's with all that its command says of it. */
export interface NodeCommand {
  readonly script: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly preloads: readonly Preload[]
}

/** A script that names a script that names … */
const DEEPEST = 8
/** What only a shell understands. */
const SHELL = /^(?:&&?|\|\|?|;|[<>]+.*)$|[;|&]$|\$\(|`/
const FLAGS: Readonly<Record<string, Preload['by'] | undefined>> = {
  '-r': 'require',
  '--require': 'require',
  '--import': 'import',
  '--env-file': 'env-file',
}
/** Flags that change nothing about what is measured. */
const HARMLESS =
  /^--(?:no-warnings|trace-[a-z-]+|disable-warning=.*|enable-source-maps|experimental-strip-types)$/

/**
 * The script that a command runs in the end, in a project.
 * @param command as people type it, or its words
 * @throws FlamegateError 'bad-command' where that cannot be told
 */
export function readNodeCommand(command: string | readonly string[], folder: string): NodeCommand {
  const shown = typeof command === 'string' ? command : command.join(' ')
  const refuse = (why: string, hint?: string): never => {
    throw new FlamegateError('bad-command', `'${shown}' cannot be measured: ${why}`, {
      hint: hint ?? 'say what runs in the end, as in node server.js; or give http() the app itself',
    })
  }
  const env: Record<string, string> = {}
  let words = typeof command === 'string' ? splitWords(command) : [...command]
  for (let depth = 0; depth < DEEPEST; depth++) {
    if (words.some((word) => SHELL.test(word))) refuse(`'${words.join(' ')}' needs a shell`)
    words = takeEnvironment(words, env)
    const [program = '', ...rest] = words
    switch (basename(program).replace(/\.(?:exe|cmd)$/i, '')) {
      case 'node':
        return { env, ...readFlags(rest, refuse) }
      case 'tsx': {
        const { preloads, ...run } = readFlags(rest, refuse)
        return { env, ...run, preloads: [{ by: 'import', name: 'tsx' }, ...preloads] }
      }
      case 'npx':
        words = rest.filter(
          (word, i) => !(word.startsWith('-') && rest.slice(0, i).every((one) => one.startsWith('-'))),
        )
        break
      case 'npm':
      case 'pnpm':
      case 'yarn':
        words = readScript(rest, folder, refuse)
        break
      default: {
        const script = installedScript(program, folder)
        if (script === undefined) refuse(`'${program}' is no program that is known to run a script of Node's`)
        else words = ['node', script, ...rest]
      }
    }
  }
  return refuse('its scripts name each other')
}

/** The script of an installed package's command, from the folder; undefined where it is none of Node's. */
function installedScript(program: string, folder: string): string | undefined {
  for (let above = folder; ; above = dirname(above)) {
    const file = join(above, 'node_modules', '.bin', program)
    if (existsSync(file)) {
      const script = scriptBehind(file)
      return script && relative(folder, script)
    }
    if (above === dirname(above)) return undefined
  }
}

/** What pnpm, and npm on Windows, put in the place of a link. */
const SHIM = /"\$basedir\/([^"]+)"\s+"\$@"/

function scriptBehind(file: string): string | undefined {
  const text = readFileSync(file, 'utf8')
  const named = SHIM.exec(text)?.[1]
  if (named !== undefined) return join(dirname(file), named)
  return /^#!.*\bnode\b/.test(text) ? realpathSync(file) : undefined
}

type Refuse = (why: string, hint?: string) => never

function splitWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!)
}

/** `PORT=3000 cross-env NODE_ENV=production node …`. */
function takeEnvironment(words: readonly string[], env: Record<string, string>): string[] {
  const rest = [...words]
  for (;;) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(rest[0] ?? '') ?? []
    if (name !== undefined) env[name] = value!
    else if (rest[0] !== 'cross-env') return rest
    rest.shift()
  }
}

function readFlags(words: readonly string[], refuse: Refuse): Omit<NodeCommand, 'env'> {
  const preloads: Preload[] = []
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-')) return { script: word, args: rest, preloads }
    const [flag = '', value] = word.split(/=(.*)/s)
    const by = FLAGS[flag]
    if (by !== undefined) preloads.push({ by, name: value ?? rest.shift() ?? '' })
    else if (!HARMLESS.test(word))
      refuse(
        `${word} is for a process of its own`,
        `nodeArgs of the config takes flags of Node's, as in ['${word}']`,
      )
  }
  return refuse('it names no script')
}

/** What a script of the project's package.json says, with the arguments behind it. */
function readScript(words: readonly string[], folder: string, refuse: Refuse): string[] {
  const [verb = '', ...rest] = words.filter((word) => word !== '--silent' && word !== '-s')
  const [name = '', ...args] = ['run', 'run-script', 'exec'].includes(verb) ? rest : [verb, ...rest]
  if (verb === 'exec') return [name, ...args].filter((word) => word !== '--')
  const line = scriptsOf(folder)[name] ?? refuse(`package.json has no script '${name}'`)
  return [...splitWords(line), ...(args[0] === '--' ? args.slice(1) : args)]
}

function scriptsOf(folder: string): Readonly<Record<string, string>> {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      scripts?: Record<string, string>
    }
    return manifest.scripts ?? {}
  } catch {
    return {}
  }
}
