import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { FlamegateError } from '../errors.ts'
import { readBaseline } from './baseline.ts'

const GOOD = JSON.stringify({ schemaVersion: 3, code: null, rows: [] }, null, 1)

async function read(t: { after(fn: () => unknown): void }, content: string | Buffer | undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-baseline-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'baseline.json')
  if (content === undefined) await mkdir(path)
  else await writeFile(path, content)
  return readBaseline(path)
}

describe('a baseline', () => {
  const whole: readonly (readonly [name: string, content: string])[] = [
    ['with a byte order mark', `\uFEFF${GOOD}`],
    ['with line ends of Windows', GOOD.replaceAll('\n', '\r\n')],
    ['after ten million blanks', ' '.repeat(1e7) + GOOD],
  ]
  for (const [name, content] of whole)
    test(`${name} is read`, async (t) => assert.deepEqual(await read(t, content), JSON.parse(GOOD)))

  const bad: readonly (readonly [name: string, content: string | Buffer | undefined, message: RegExp])[] = [
    ['that is a folder', undefined, /cannot read .*: it is a folder/],
    ['that is empty', '', /no whole JSON/],
    ['that is cut', GOOD.slice(0, 20), /no whole JSON/],
    ['in UTF-16', Buffer.from(`\uFEFF${GOOD}`, 'utf16le'), /no whole JSON/],
    ['nested a million times', '['.repeat(1e6), /no whole JSON/],
    ['after a merge', `<<<<<<< HEAD\n${GOOD}\n=======\n${GOOD}\n>>>>>>> main\n`, /marks of a merge/],
    ['after a merge on Windows', GOOD.replace(/\n/, '\r\n<<<<<<< HEAD\r\n'), /marks of a merge/],
    ['with a list for an object', '[]', /is no baseline: /],
    [
      'with an object for a list',
      '{"schemaVersion":3,"code":null,"rows":{}}',
      /is no baseline: [\s\S]*at rows/,
    ],
    ['of version 1 without rows', '{"schemaVersion":1}', /is no baseline: /],
    ['of no version at all', '{"schemaVersion":"constructor","rows":[]}', /is no baseline: /],
    ['of an endless version', '{"schemaVersion":1e999,"rows":[]}', /is of version Infinity/],
  ]
  for (const [name, content, message] of bad)
    test(`${name} is refused, with a cure`, async (t) => {
      await assert.rejects(read(t, content), (error) => {
        assert.ok(error instanceof FlamegateError)
        assert.match(error.message, message)
        assert.match(error.hint ?? '', /restore it with git checkout -- baseline\.json/)
        return true
      })
    })

  test('that is a pipe is refused, and not waited for', {
    skip: process.platform === 'win32' && 'no pipes in folders there',
  }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'flamegate-baseline-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    execFileSync('mkfifo', [join(folder, 'baseline.json')])
    await assert.rejects(readBaseline(join(folder, 'baseline.json')), /cannot read .*: it is no file/)
  })
})
