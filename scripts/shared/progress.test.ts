import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import type { WriteStream } from 'node:tty'
import { createProgressLine } from './progress.ts'

/** A stream that remembers what was written to it; with columns, it is a terminal. */
function fakeStream(columns?: number): { stream: WriteStream; text(): string } {
  let written = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += chunk
      done()
    },
  })
  const isTTY = columns !== undefined
  return { stream: Object.assign(stream, { isTTY, columns }) as unknown as WriteStream, text: () => written }
}

function setCi(t: TestContext, value: string | undefined): void {
  const { CI } = process.env
  const set = (ci: string | undefined) => {
    if (ci === undefined) delete process.env.CI
    else process.env.CI = ci
  }
  set(value)
  t.after(() => set(CI))
}

const at = (done: number, leftMs: number | null = null, stage: 'measuring' | 'profiling' = 'measuring') => ({
  stage,
  scenarioId: 'a/b.micro',
  done,
  total: 20,
  leftMs,
})
const ERASE = '\u001b[1G\u001b[2K'

describe('progress on a terminal', () => {
  test('one line that is rewritten, and nothing of it when it is cleared', (t) => {
    setCi(t, undefined)
    const { stream, text } = fakeStream(100)
    const line = createProgressLine(stream)
    line.show(at(0))
    line.show(at(5, 61_000))
    line.clear()
    line.clear()
    const first = `${'░'.repeat(20)} 0/20 measuring a/b.micro`
    const second = `${'█'.repeat(5)}${'░'.repeat(15)} 5/20 measuring a/b.micro, 61 s left of this step`
    assert.equal(text(), `\u001b[?25l${first}${ERASE}${second}${ERASE}\u001b[?25h`)
  })

  test('what does not fit is cut, for a line that wraps cannot be rewritten', (t) => {
    setCi(t, undefined)
    const { stream, text } = fakeStream(30)
    createProgressLine(stream).show(at(20))
    assert.equal(text(), `\u001b[?25l${'█'.repeat(20)} 20/20 me`)
  })

  test('the cursor is back although the line was never cleared', (t) => {
    setCi(t, undefined)
    const { stream, text } = fakeStream(100)
    const before = process.listeners('exit')
    createProgressLine(stream).show(at(0))
    const [added, ...others] = process.listeners('exit').filter((listener) => !before.includes(listener))
    assert.deepEqual(others, [])
    added!(0)
    assert.ok(text().endsWith('\u001b[?25h'))
    process.off('exit', added!)
  })

  test('nothing shown, nothing to clear', (t) => {
    setCi(t, undefined)
    const { stream, text } = fakeStream(100)
    createProgressLine(stream).clear()
    assert.equal(text(), '')
  })
})

describe('progress in a log', () => {
  const lines = [
    'flamegate: measuring 0/20, now a/b.micro',
    'flamegate: measuring 2/20, now a/b.micro, 10 s left of this step',
    'flamegate: profiling 3/20, now a/b.micro',
  ]
  for (const [where, columns, ci] of [
    ['a file', undefined, undefined],
    ['CI, also where it has a terminal', 100, 'true'],
  ] as const) {
    test(where, (t) => {
      setCi(t, ci)
      const { stream, text } = fakeStream(columns)
      const line = createProgressLine(stream)
      line.show(at(0))
      line.show(at(1))
      line.show(at(2, 10_000))
      line.show(at(3, null, 'profiling'))
      line.clear()
      assert.equal(text(), `${lines.join('\n')}\n`)
    })
  }
})
