import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'valibot'
import { runCommand, SELF_TEST } from '../support/project.ts'
import { selfTestSchema } from './trial.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SCENARIO = 'arrays/append.apply'

test('compares unchanged code and a planted 40 %, and writes what it saw', async () => {
  const args = ['--quick', '--scenario', SCENARIO, '--effects', '0,40', '--load', 'loaded']
  const { code, stdout, stderr } = await runCommand(ROOT, args, {}, SELF_TEST)
  assert.equal(code, 0, stdout + stderr)
  const path = stdout.trim().split('\n').at(-1)!
  const { trials, isComplete } = parse(selfTestSchema, JSON.parse(await readFile(path, 'utf8')))
  assert.equal(isComplete, true)
  assert.deepEqual(
    trials.map(({ effect, isSeen }) => ({ effect, isSeen: effect > 0 && isSeen })),
    [
      { effect: 0, isSeen: false },
      { effect: 0.4, isSeen: true },
    ],
  )
  await rm(join(path, '..'), { recursive: true })
})

test('a scenario that hardly calls applyEvent is refused, before anything is compared', async () => {
  const args = ['--scenario', 'mount/warm.processor', '--effects', '0', '--repeats', '1']
  const { code, stdout, stderr } = await runCommand(
    ROOT,
    [...args, '--load', 'quiet', '--no-peers'],
    {},
    SELF_TEST,
  )
  assert.equal(code, 2, stdout + stderr)
  assert.match(
    stderr,
    /^error: mount\/warm\.processor hardly calls applyEvent: a slow-down planted there costs it nothing$/m,
  )
  assert.match(
    stderr,
    /^hint: name a scenario whose every op applies an event, as in arrays\/append\.apply$/m,
  )
  assert.equal(stdout, '')
})
