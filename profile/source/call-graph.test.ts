import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { CallGraph } from './call-graph.ts'
import { findFunctions, readSyntax } from './code/syntax.ts'
import type { ScriptCoverage } from './source-functions.ts'
import { Sources } from './sources.ts'

/** A file as if each of its functions had been called so often. */
async function coverageOf(url: string, count: number): Promise<ScriptCoverage> {
  const text = await readFile(new URL(url), 'utf8')
  const functions = findFunctions(readSyntax(text, url)).map(({ startOffset, endOffset }) => ({
    functionName: /^(?:async )?function (\w+)/.exec(text.slice(startOffset))?.[1] ?? '',
    ranges: [{ startOffset, endOffset, count }],
  }))
  return { url, functions }
}

test('callers are those of the program: what measures it calls it, too, and is none', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'flamegate-graph-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const program = pathToFileURL(join(folder, 'program.mjs')).href
  await writeFile(new URL(program), 'export function op() { return load() }\nfunction load() { return 1 }\n')
  const harness = new URL('../../perf/measure/micro-workload.ts', import.meta.url).href
  // However many of its functions call something of that name, and however often.
  for (const count of [1, 2, 3, 4, 5, 6]) {
    const sources = new Sources([await coverageOf(program, count), await coverageOf(harness, 1)])
    const graph = CallGraph.of(sources)
    const named = (name: string) => sources.file(program)!.functions.find((fn) => fn.name === name)!
    assert.deepEqual(graph.callersOf(named('op')), [])
    assert.deepEqual(graph.callersOf(named('load')), [{ fn: named('op'), times: count }])
  }
})
