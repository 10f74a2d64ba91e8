import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ownLife } from '../../profile/process/life.ts'
import { removeUnfinished, writeWhole } from './write-whole.ts'

/** No process ever has this id: it is above Linux's largest, and no multiple of four as those of Windows are. */
const NOBODY = 4_194_305

test('what a killed process had not finished goes, what a live one writes stays', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-whole-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const { pid, start, place } = ownLife()
  await mkdir(join(folder, 'run'))
  await writeWhole(join(folder, 'run', 'report.json'), '{}')
  const left = join('run', `report.json.${NOBODY}-${start}-${place}.unfinished`)
  const live = join('run', `report.md.${pid}-${start}-${place}.unfinished`)
  const foreign = join('run', `report.md.${NOBODY}-${start}-elsewhere.unfinished`)
  for (const name of [left, live, foreign, 'own.unfinished']) await writeFile(join(folder, name), 'x')
  assert.deepEqual(await removeUnfinished(folder), [])
  assert.deepEqual(await removeUnfinished(folder, true), [join(folder, left)])
  assert.equal(await readFile(join(folder, 'run', 'report.json'), 'utf8'), '{}')
  assert.equal((await readdir(join(folder, 'run'))).length, 3)
})
