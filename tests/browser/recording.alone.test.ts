// Profiles that Chromium records here and now, as its Performance and Memory panels do; their totals against sums of our own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openProfiles } from '../../profile/import/open-profile.ts'
import { openPage } from '../support/browser.ts'
import { chromiumPath } from '../support/chromium.ts'
import { gatherChunks, type RawTraceEvent, sumBytes, sumTimes } from '../support/independent-sums.ts'
import { assertSameSums, costsByName } from '../support/same-sums.ts'

const PAGE = `<script>
function burn(ms) { let sum = 0; for (const end = Date.now() + ms; Date.now() < end; ) sum += Math.sqrt(sum + 1); return sum }
function keep(count) { return Array.from({ length: count }, (_, i) => ({ i, text: 'x'.repeat(40) + i })) }
const worker = new Worker(URL.createObjectURL(new Blob([burn + ';onmessage = ({ data }) => postMessage(burn(data))'])))
const work = async (ms) => { worker.postMessage(ms); globalThis.kept = keep(30000); burn(ms); await new Promise((resolve) => { worker.onmessage = resolve }) }
</script>`

test('what Chromium records costs what its files say', {
  skip: chromiumPath === undefined ? 'no Chromium here' : false,
}, async (t) => {
  const { page } = await openPage(t)
  await page.setContent(PAGE)
  const work = (ms: number) => page.evaluate(`work(${ms})`)
  const open = async (content: string | Buffer, name: string) => openProfiles(Buffer.from(content), name)

  await t.test('a trace of the Performance panel: a profile a thread', async () => {
    const browser = page.context().browser()!
    // A worker that starts meanwhile may be recorded late. It burns nothing yet: what V8 inlines
    // before a recording has no positions, so its time is that of the function it is inlined into.
    await work(0)
    await browser.startTracing(page)
    await work(250)
    const trace = await browser.stopTracing()
    const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: RawTraceEvent[] }
    const expected = gatherChunks(traceEvents).map(sumTimes)
    const opened = await open(trace, 'trace.json')
    assert.ok(opened.length >= 2, opened.map(({ name }) => name).join())
    const order = (all: Map<string, number>[]) => all.sort((a, b) => totalOf(a) - totalOf(b))
    const [found, wanted] = [order(opened.map(costsByName)), order(expected)]
    assert.equal(found.length, wanted.length)
    for (const [i, sums] of wanted.entries()) assertSameSums(found[i]!, sums)
    const names = found.map((sums) => [...sums.keys()])
    const burning = names.filter((ofThread) => ofThread.some((name) => name.startsWith('burn ')))
    assert.equal(burning.length, 2, JSON.stringify(names))
  })

  await t.test('answers of the debugging protocol, of time and of memory', async () => {
    const session = await page.context().newCDPSession(page)
    await session.send('Profiler.enable')
    await session.send('Profiler.start')
    await session.send('HeapProfiler.startSampling', { samplingInterval: 4096 })
    await work(120)
    const time = await session.send('Profiler.stop')
    const memory = await session.send('HeapProfiler.stopSampling')
    const [cpu] = await open(JSON.stringify(time), 'time')
    assertSameSums(costsByName(cpu!), sumTimes(time.profile as never))
    const [heap] = await open(JSON.stringify({ result: memory }), 'memory')
    assertSameSums(costsByName(heap!), sumBytes(memory.profile.head))
    assert.ok(
      heap?.kind === 'heap' && heap.heap.tree.frames.some(({ functionName }) => functionName === 'keep'),
    )
  })
})

function totalOf(sums: Map<string, number>): number {
  return [...sums.values()].reduce((sum, cost) => sum + cost, 0)
}
