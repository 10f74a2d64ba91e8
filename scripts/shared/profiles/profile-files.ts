// Profiles that a command line names: files, folders of them, and what is piped in.
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { FlamegateError, messageOf } from '../../../perf/errors.ts'
import type { OpenedProfile } from '../../../profile/import/document.ts'
import { openProfiles } from '../../../profile/import/open-profile.ts'
import { ProfileFileError } from '../../../profile/import/profile-file-error.ts'

/** A profile under a name that no other one of the command has. */
export type NamedProfile = OpenedProfile & {
  /** The file as it was named; `-` for what was piped in. */
  readonly file: string
}

/** What could be opened, and what is to be said of what could not. */
export interface OpenedFiles {
  readonly profiles: readonly NamedProfile[]
  readonly problems: readonly string[]
}

/** So many files of a folder are looked at. */
const MOST_FILES = 2_000

/**
 * Opens what is named. One file that is no profile does not cost the others.
 * @throws FlamegateError 'bad-profile' when there is nothing left to show
 */
export async function openFiles(named: readonly string[]): Promise<OpenedFiles> {
  const profiles: NamedProfile[] = []
  const problems: FlamegateError[] = []
  let passedOver = 0
  for (const { file, isNamed } of await findFiles(named)) {
    try {
      const opened = await openProfiles(
        file === '-' ? await readInput() : file,
        file === '-' ? 'the input' : file,
      )
      profiles.push(...opened.map((profile) => ({ ...profile, file })))
    } catch (error) {
      const problem = toProblem(error)
      if (!isNamed && error instanceof ProfileFileError && error.kind === 'foreign') passedOver++
      else problems.push(problem)
    }
  }
  if (profiles.length === 0) {
    throw (
      problems[0] ??
      new FlamegateError('bad-profile', `there is no profile in ${named.join(', ')}`, { hint: HOW_TO_RECORD })
    )
  }
  const messages = problems.map(({ message }) => message)
  if (passedOver > 0) messages.push(`passed over: ${passedOver} of the files are no profiles`)
  return { profiles: distinguish(profiles), problems: messages }
}

const HOW_TO_RECORD =
  'profiles are written by node --cpu-prof or --heap-prof when the process ends by itself; docs/profiling.md has what can be opened'

/** @throws whatever is no fault of the file */
function toProblem(error: unknown): FlamegateError {
  const isFault = error instanceof ProfileFileError || (error as NodeJS.ErrnoException).code !== undefined
  if (!isFault) throw error
  return new FlamegateError('bad-profile', messageOf(error), { hint: HOW_TO_RECORD, cause: error })
}

interface FoundFile {
  readonly file: string
  /** Not only found in a folder. */
  readonly isNamed: boolean
}

async function findFiles(named: readonly string[]): Promise<FoundFile[]> {
  const found = await Promise.all(
    named.map(async (file) => {
      if (file === '-' || !(await isFolder(file))) return [{ file, isNamed: true }]
      return (await listFolder(file)).map((file) => ({ file, isNamed: false }))
    }),
  )
  return found.flat()
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}

/** Its files in order, those of folders in it, too; not what was installed, and nothing hidden. */
async function listFolder(folder: string): Promise<string[]> {
  const files: string[] = []
  const open = [folder]
  for (let at = open.pop(); at !== undefined && files.length < MOST_FILES; at = open.pop()) {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      if (entry.isDirectory()) open.push(join(at, entry.name))
      else if (entry.isFile()) files.push(join(at, entry.name))
    }
  }
  return files.sort().slice(0, MOST_FILES)
}

async function readInput(): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** Names by file and thread; as much of their paths as it takes to tell them apart. */
function distinguish(profiles: readonly NamedProfile[]): NamedProfile[] {
  const full = profiles.map(({ file, name }) => {
    const short = file === '-' ? 'stdin' : basename(file)
    return name === '' ? short : `${short}, ${name}`
  })
  const names = new Set<string>()
  return profiles.map((profile, i) => {
    const isShared = full.filter((name) => name === full[i]).length > 1
    const path = profile.file === '-' ? 'stdin' : relative(process.cwd(), profile.file)
    let name = isShared && profile.name === '' ? path : full[i]!
    while (names.has(name)) name = `${name}'`
    names.add(name)
    return { ...profile, name }
  })
}
