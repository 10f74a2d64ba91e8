// The commit whose code a baseline was measured of: found by content, since a squash merge or an amended commit makes names stale.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { moduleTypeOf } from '../../profile/source/packages.ts'
import { FlamegateError } from '../errors.ts'
import { lastCommitOf } from '../git/commit.ts'
import { deepen, fetchCommits, hasCommit, MOST_COMMITS } from '../git/fetch.ts'
import { git } from '../git/git.ts'
import { requireGit } from '../git/refusal.ts'
import { hashModule } from '../identity/module-print.ts'
import { BASELINE_FILE, type Baseline } from '../results/baseline.ts'
import type { StoredCode } from '../results/stored-code.ts'
import { typed } from '../typed-command.ts'

/**
 * The hash of a commit that has the code of a baseline: the one that wrote the file, else one that it names, else any in
 * history; one that is not in this clone is fetched, and where nobody knows its name, more of a shallow clone's history.
 * @throws FlamegateError 'no-commit'
 */
export async function findBaselineCommit(root: string, baseline: Baseline): Promise<string> {
  await requireGit(root)
  const { code } = baseline
  const named = namedCommits(baseline)
  if (code === null) return findNamed(root, named[0] ?? (await lastCommitOf(root, BASELINE_FILE)))
  const search = new CodeSearch(root, code)
  const inHistory = async () => {
    const writer = await lastCommitOf(root, BASELINE_FILE)
    const near = [...(writer === undefined ? [] : [writer]), ...named]
    return (await search.findFirst(near)) ?? (await search.findFirst(await historyOf(root, code)))
  }
  const found =
    (await inHistory()) ??
    (await search.findFirst(await fetchCommits(root, named))) ??
    ((await deepen(root)) ? await inHistory() : undefined)
  if (found !== undefined) return found
  throw new FlamegateError(
    'no-commit',
    `no commit of this clone has the code that ${BASELINE_FILE} was measured of`,
    {
      hint: typed(
        'fetch the whole history (git fetch --unshallow), measure a new baseline with npm run perf:baseline, or judge by its numbers with --stored',
      ),
    },
  )
}

/** The newest first, without those of a tree that had been edited where others are known. */
function namedCommits({ code, rows }: Baseline): string[] {
  const newest = [...rows].sort((a, b) => (a.takenAt < b.takenAt ? 1 : -1)).map(({ commit }) => commit)
  return [...new Set([code?.commit, ...newest].flatMap((commit) => commit?.hash ?? []))]
}

/** Of a file that says nothing of its code. @throws FlamegateError 'no-commit' */
async function findNamed(root: string, hash: string | undefined): Promise<string> {
  if (hash === undefined) throw new FlamegateError('no-commit', `${BASELINE_FILE} names no commit`)
  if (await hasCommit(root, hash)) return hash
  const [fetched] = await fetchCommits(root, [hash])
  if (fetched !== undefined) return fetched
  throw new FlamegateError(
    'no-commit',
    `the commit ${hash} that ${BASELINE_FILE} names is not in this clone`,
    {
      hint: typed(
        'measure a new baseline with npm run perf:baseline, or fetch the whole history (git fetch --unshallow)',
      ),
    },
  )
}

/** Looks for commits with certain code; what was read of one file is known of the next commit that has it. */
class CodeSearch {
  readonly #root: string
  /** By path from the root: the hash that is wanted. */
  readonly #wanted: ReadonlyMap<string, string>
  readonly #hashes = new Map<string, string>()

  constructor(root: string, code: StoredCode) {
    this.#root = root
    const modules = Object.values(code.modules)
    this.#wanted = new Map(modules.flatMap(({ path, whole }) => (path === null ? [] : [[path, whole]])))
  }

  async findFirst(commits: readonly string[]): Promise<string | undefined> {
    for (const commit of commits) if (await this.#fits(commit)) return commit
    return undefined
  }

  async #fits(commit: string): Promise<boolean> {
    if (!(await hasCommit(this.#root, commit))) return false
    const paths = [...this.#wanted.keys()]
    const listed = await git(this.#root, 'ls-tree', '-r', '-z', commit, '--', ...paths).catch(() => '')
    const blobs = new Map(
      [...listed.matchAll(/ blob (\w+)\t([^\0]+)/g)].map(([, blob, path]) => [path!, blob!]),
    )
    for (const [path, wanted] of this.#wanted) {
      const blob = blobs.get(path)
      if (blob === undefined || (await this.#hashOf(blob, path)) !== wanted) return false
    }
    return this.#wanted.size > 0
  }

  async #hashOf(blob: string, path: string): Promise<string> {
    const known = this.#hashes.get(`${blob} ${path}`)
    if (known !== undefined) return known
    const url = pathToFileURL(join(this.#root, path)).href
    const text = await git(this.#root, 'cat-file', 'blob', blob)
    const { whole } = hashModule(text, url, moduleTypeOf(url))
    this.#hashes.set(`${blob} ${path}`, whole)
    return whole
  }
}

async function historyOf(root: string, { modules }: StoredCode): Promise<string[]> {
  const paths = Object.values(modules).flatMap(({ path }) => path ?? [])
  const text = await git(root, 'log', '--format=%H', `-n${MOST_COMMITS}`, 'HEAD', '--', ...paths).catch(
    () => '',
  )
  return text.split('\n').filter((line) => line !== '')
}
