import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { readViewer } from './built-viewer.ts'

async function makeFolder(t: TestContext): Promise<{ path: string; url: URL }> {
  const path = await mkdtemp(join(tmpdir(), 'flamegate viewer '))
  t.after(() => rm(path, { recursive: true, force: true }))
  return { path, url: pathToFileURL(`${path}/`) }
}

test('a viewer that was never bundled: what is missing, and what to type', async (t) => {
  const { path, url } = await makeFolder(t)
  await assert.rejects(readViewer(url), (error: Error & { hint?: string }) => {
    assert.ok(error.message.includes(path), error.message)
    assert.equal(error.hint, 'npm run build:viewer')
    return true
  })
})

test('no text of the viewer ends its script', async (t) => {
  const { path, url } = await makeFolder(t)
  await writeFile(join(path, 'viewer.js'), 'draw("</script>")\n')
  await writeFile(join(path, 'viewer.css'), 'a{}\n')
  assert.deepEqual(await readViewer(url), { script: 'draw("<\\/script>")', style: 'a{}' })
})
