// Signals that end a program, from its first line on.
import process from 'node:process'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const INTERRUPTED = 130

const controller = new AbortController()
/** Whether a command has taken over: it ends early by itself then, and what it has measured is written first. */
let isTakenOver = false
/** Whether a signal is how the user ends the command, as planned. */
let isExpected = false

/** Is called before anything else is loaded; again, it does nothing. */
export function catchSignals() {
  for (const name of SIGNALS) if (!process.listeners(name).includes(interrupt)) process.on(name, interrupt)
}

/** For what has nothing to tidy up: from now on a signal ends the process as it ends any other, in the middle of a loop, too. */
export function releaseSignals() {
  for (const name of SIGNALS) process.off(name, interrupt)
}

function interrupt() {
  controller.abort(new Error('interrupted'))
  process.exitCode = exitCodeAfter(process.exitCode)
  if (isTakenOver) return
  process.stderr.write('interrupted before anything was measured\n')
  process.exit(INTERRUPTED)
}

/** What is aborted by a signal from now on, for good: writing must not be cut short by a second one. */
export function takeOverSignals() {
  catchSignals()
  isTakenOver = true
  return controller.signal
}

/** A signal is no interruption from now on, but how the command is to be ended. */
export function expectSignal() {
  isExpected = true
}

/** Whether that is what a command was ended by. */
export function isInterruption(error) {
  return controller.signal.aborted && error === controller.signal.reason
}

/** A command that was interrupted says so by its exit code, unless that says that there is a regression or a bug. */
export function exitCodeAfter(code = 0) {
  return controller.signal.aborted && !isExpected && (code === 0 || code === 2) ? INTERRUPTED : code
}
