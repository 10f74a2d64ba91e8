// flamegate as npm packs it, and projects that have it installed.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Cleaner } from './shared.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MODULES = join(ROOT, 'node_modules')

/** What npm says of a tarball. */
export interface Packed {
  readonly tarball: string
  readonly bytes: number
  readonly files: readonly { readonly path: string; readonly size: number }[]
}

/** Builds and packs flamegate as it is in this working tree. */
export async function packFlamegate(t: Cleaner): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-packed-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  // The viewer that `prepare` builds is part of the build, too; and what it prints would stand before the JSON.
  await runNpm('run', '--silent', 'build')
  const said = await runNpm('pack', '--json', '--ignore-scripts', '--pack-destination', folder)
  const answer = JSON.parse(said) as unknown
  const [packed] = Object.values(answer as object) as {
    filename: string
    size: number
    files: Packed['files']
  }[]
  return { tarball: join(folder, packed!.filename), bytes: packed!.size, files: packed!.files }
}

/**
 * Puts the packed flamegate, and what it depends on, into a project, as an install does; the dependencies are those of this
 * repository, so that nothing is fetched, and nothing that only developers have is there.
 * @param beside other packages that the project has
 * @returns the entry of its commands
 */
export async function installPacked(
  project: string,
  { tarball }: Packed,
  beside: readonly string[] = [],
): Promise<string> {
  const installed = join(project, 'node_modules', 'flamegate')
  await mkdir(installed, { recursive: true })
  await promisify(execFile)('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  for (const name of [...dependenciesOf(join(installed, 'package.json')), ...beside]) {
    const link = join(project, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(MODULES, name), link, 'junction')
  }
  return join(installed, 'dist', 'scripts', 'flamegate.mjs')
}

/** Names of the packages that one depends on, and those depend on. */
export function dependenciesOf(manifest: string): Set<string> {
  const found = new Set<string>()
  const add = (file: string) => {
    const { dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
      dependencies?: Record<string, string>
    }
    for (const name of Object.keys(dependencies)) {
      if (found.has(name)) continue
      found.add(name)
      add(join(MODULES, name, 'package.json'))
    }
  }
  add(manifest)
  return found
}

/** Bytes of all files of an installed package. */
export async function sizeOf(name: string): Promise<number> {
  const entries = await readdir(join(MODULES, name), { recursive: true, withFileTypes: true })
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

async function runNpm(...args: readonly string[]): Promise<string> {
  const script = process.env.npm_execpath
  const isScript = script?.endsWith('.js') === true && existsSync(script)
  const [command, first] = isScript ? [process.execPath, [script]] : ['npm', []]
  const { stdout } = await promisify(execFile)(command, [...first, ...args], {
    cwd: ROOT,
    shell: !isScript && process.platform === 'win32',
    maxBuffer: 16 * 1024 ** 2,
  })
  return stdout
}
