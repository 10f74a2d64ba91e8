// Several runs of Node's test runner, one after the other, as the events of one: its reporters then end with one count of all.
import { spawn } from 'node:child_process'
import { run } from 'node:test'

/** What the runner counts at the end of a run, in its order. */
const COUNTED = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo']
const COUNT = new RegExp(`^(${COUNTED.join('|')}) (\\d+)$`)
/** What it says of a test that a name pattern leaves out. */
const LEFT_OUT = 'test name does not match pattern'

/**
 * Runs lanes of test files one after the other, and npm scripts beside the first. Sets the exit code when something fails.
 * @param {readonly { files: readonly string[], concurrency: number }[]} lanes
 * @param {{ namePattern: string | undefined, isWatched: boolean, checks: readonly string[] }} options
 */
export async function* runLanes(lanes, { namePattern, isWatched, checks }) {
  const startedAt = performance.now()
  const checked = checks.map(runCheck)
  const counts = new Map(COUNTED.map((name) => [name, 0]))
  for (const { files, concurrency } of lanes.filter(({ files }) => files.length > 0)) {
    const more = namePattern === undefined ? {} : { testNamePatterns: [namePattern] }
    const events = run({ files: [...files], concurrency, watch: isWatched, ...more })
    yield* countAway(namePattern === undefined ? events : withoutLeftOut(events, counts), counts)
    for (const check of checked.splice(0)) yield* tellCheck(await check)
  }
  for (const [name, count] of counts) yield diagnostic(`${name} ${count}`)
  yield diagnostic(`seconds ${Math.round((performance.now() - startedAt) / 1000)}`)
}

/** All events but the counts at the end, which are added to `counts`. */
async function* countAway(events, counts) {
  for await (const event of events) {
    if (event.type === 'test:fail' && event.data.todo === undefined) process.exitCode = 1
    if (event.type !== 'test:diagnostic' || event.data.nesting > 0) yield event
    else {
      const [, name, value] = COUNT.exec(event.data.message) ?? []
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + Number(value))
    }
  }
}

/** Without the tests that a name pattern leaves out, which the runner calls skipped, and without suites of nothing else. */
async function* withoutLeftOut(events, counts) {
  const begun = []
  for await (const event of events) {
    if (event.type === 'test:start') begun.push(event)
    else if (event.type !== 'test:pass' && event.type !== 'test:fail') yield event
    else {
      const isLeftOut = event.data.skip === LEFT_OUT
      const isEmpty = event.data.details?.type === 'suite' && begun.at(-1)?.data.name === event.data.name
      if (isLeftOut || isEmpty) begun.pop()
      else yield* [...begun.splice(0), event]
      if (isLeftOut) for (const name of ['tests', 'skipped']) counts.set(name, (counts.get(name) ?? 0) - 1)
    }
  }
}

/** Runs an npm script; what it says is kept for whoever asks. */
function runCheck(name) {
  const child = spawn('npm', ['run', '--silent', name], { shell: process.platform === 'win32' })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ name, code, said })))
}

function* tellCheck({ name, code, said }) {
  if (code !== 0) process.exitCode = 1
  yield diagnostic(code === 0 ? `npm run ${name}: fine` : `npm run ${name} FAILED\n${said}`)
}

function diagnostic(message) {
  return { type: 'test:diagnostic', data: { nesting: 0, message } }
}
