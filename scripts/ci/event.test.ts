import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type CiEvent, readEvent } from './event.ts'

const A = 'a'.repeat(40)
const B = 'b'.repeat(40)
const pull = (head: unknown) => ({
  action: 'synchronize',
  pull_request: { number: 12, base: { sha: A, ref: 'main', repo: { full_name: 'acme/shop' } }, head },
})

/** As GitHub's documentation and recorded payloads have them, without what is not read. */
const EVENTS: Readonly<Record<string, readonly [payload: unknown, CiEvent]>> = {
  'a pull request': [
    pull({ sha: B, repo: { full_name: 'acme/shop' } }),
    { kind: 'pull-request', number: 12, base: A, head: B, isFork: false },
  ],
  'one of a fork': [
    pull({ sha: B, repo: { full_name: 'someone/shop' } }),
    { kind: 'pull-request', number: 12, base: A, head: B, isFork: true },
  ],
  'one of a fork that is gone': [
    pull({ sha: B, repo: null }),
    { kind: 'pull-request', number: 12, base: A, head: B, isFork: true },
  ],
  'a push': [
    { ref: 'refs/heads/main', before: A, after: B },
    { kind: 'push', before: A },
  ],
  'a new branch': [
    { ref: 'refs/heads/x', before: '0'.repeat(40), after: B },
    { kind: 'push', before: undefined },
  ],
  'a merge queue': [{ merge_group: { base_sha: A, head_sha: B } }, { kind: 'merge-group', base: A }],
  'a workflow that is over': [
    { workflow_run: { head_sha: B, head_branch: 'x', head_repository: { owner: { login: 'someone' } } } },
    { kind: 'workflow-run', head: B, headOwner: 'someone', headBranch: 'x' },
  ],
  'the clock': [{ schedule: '17 3 * * *' }, { kind: 'other' }],
}

const NO_EVENTS: Readonly<Record<string, readonly [text: string, RegExp]>> = {
  'no JSON': ['{"pull_request":', /is no JSON/],
  'a list': ['[]', /is no event$/],
  'a ref that looks like an option': [
    JSON.stringify(pull({ sha: '--upload-pack=touch x', repo: null })),
    /pull_request\.head\.sha/,
  ],
  'a pull request without a base': ['{"pull_request":{"number":1}}', /pull_request\.base/],
}

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flamegate event '))
})
after(() => rm(folder, { recursive: true }))

async function read(text: string): Promise<CiEvent> {
  const path = join(folder, 'event.json')
  await writeFile(path, text)
  return readEvent(path)
}

describe('events', () => {
  for (const [what, [payload, event]] of Object.entries(EVENTS)) {
    test(what, async () => assert.deepEqual(await read(JSON.stringify(payload)), event))
  }
  for (const [what, [text, words]] of Object.entries(NO_EVENTS)) {
    test(`not ${what}`, () => assert.rejects(read(text), words))
  }
  test('not a file that is not there', () =>
    assert.rejects(readEvent(join(folder, 'none.json')), /cannot read/))
})
