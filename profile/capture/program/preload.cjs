// Runs first in every Node process and thread of a command that is profiled: it records when it is told to, says where servers
// listen, and leaves what it recorded in a folder, also when the process ends by itself. Plain JavaScript, for any Node; nothing
// that goes wrong here may be felt by the program.
'use strict'
const { beginRecording, finishRecording } = require('./steps.cjs')

/** @typedef {{ port: number, token: string, folder: string, recordsFromStart: boolean, intervalUs: number }} Settings */

class Recorder {
  /** @param {Settings} settings */
  constructor(settings) {
    const { threadId } = require('node:worker_threads')
    this.settings = settings
    this.threadId = threadId
    this.count = 0
    this.session = undefined
    this.parsed = new Map()
  }

  begin() {
    if (this.session !== undefined) return
    const { Session } = require('node:inspector')
    this.session = new Session()
    this.session.connect()
    this.session.on('Debugger.scriptParsed', ({ params }) => this.parsed.set(params.scriptId, params))
    take(this.session, beginRecording(this.settings.intervalUs))
    this.cpuBefore = process.cpuUsage()
  }

  /** What was recorded is in the folder then, whole. Where nothing was, nothing is. */
  finish() {
    const { session } = this
    if (session === undefined) return
    // It may be asked for again in the middle of it.
    this.session = undefined
    const { user, system } = process.cpuUsage(this.cpuBefore)
    const { profile, ...parts } = take(session, finishRecording(this.parsed))
    session.disconnect()
    this.parsed.clear()
    const name = `${process.pid}-${this.threadId}-${this.count++}`
    this.write(`${name}.json`, { cpuUs: user + system, ...parts })
    this.write(`${name}.cpuprofile`, profile)
  }

  write(name, content) {
    const { renameSync, writeFileSync } = require('node:fs')
    const { join } = require('node:path')
    const file = join(this.settings.folder, name)
    writeFileSync(`${file}.unfinished`, JSON.stringify(content))
    renameSync(`${file}.unfinished`, file)
  }
}

/** Answers come at once in a session with the thread itself. */
function take(session, steps) {
  const post = (method, params) => {
    let answer = {}
    session.post(method, params, (error, result) => {
      if (!error) answer = result
    })
    return answer
  }
  let step = steps.next()
  while (!step.done) step = steps.next(post(...step.value))
  return step.value
}

function attempt(work) {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** @param {Settings} settings */
function install(settings) {
  const { connect, Server } = require('node:net')
  const recorder = new Recorder(settings)
  // For whoever finds this thread too busy to hear: the debugger reaches it all the same.
  globalThis[Symbol.for('flamegate.recorder')] = { finish: () => attempt(() => recorder.finish()) }
  const socket = connect({ port: settings.port, host: '127.0.0.1' })
  const said = []
  const say = (message) => {
    said.push(message)
    socket.write(`${JSON.stringify(message)}\n`)
  }
  socket.unref()
  socket.on('error', () => {})
  const { pid, ppid, argv, version } = process
  say({
    kind: 'hello',
    token: settings.token,
    pid,
    ppid,
    threadId: recorder.threadId,
    argv: argv.slice(0, 4),
    version,
  })
  listen(socket, (command) => {
    attempt(() => (command === 'begin' ? recorder.begin() : recorder.finish()))
    say({ kind: 'done', command })
  })
  watchServers(Server, say)
  process.on('exit', () => {
    attempt(() => recorder.finish())
    // What was said in the last moment is never sent.
    if (socket.writableLength > 0) attempt(() => recorder.write(`${pid}-${recorder.threadId}.said`, said))
  })
  if (settings.recordsFromStart) attempt(() => recorder.begin())
}

function listen(socket, obey) {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    const lines = (text + chunk).split('\n')
    text = lines.pop()
    for (const line of lines) obey(line)
  })
}

function watchServers(Server, say) {
  const { errorMonitor } = require('node:events')
  const { listen } = Server.prototype
  Server.prototype.listen = function (...args) {
    this.once('listening', () => attempt(() => tellAddress(this, say)))
    this.once(errorMonitor, (error) => say({ kind: 'refused', code: error.code, port: error.port }))
    return Reflect.apply(listen, this, args)
  }
}

/** Sockets of the file system are nobody's to load. */
function tellAddress(server, say) {
  const address = server.address()
  if (address === null || typeof address === 'string') return
  const isSecure = server instanceof require('node:tls').Server
  say({ kind: 'listening', port: address.port, host: address.address, isSecure })
}

attempt(() => {
  const settings = process.env.FLAMEGATE_RECORDERS
  if (settings) install(JSON.parse(settings))
})
