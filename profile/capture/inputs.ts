// What a process takes in beside its scripts: files it reads, modules that are no scripts, programs and threads it starts.
import childProcess from 'node:child_process'
import cluster from 'node:cluster'
import fs from 'node:fs'
import module from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import workerThreads, { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { addModuleHooks } from '../process/module-hooks.mjs'

/** What a process took in. */
export interface ProcessInputs {
  /** Absolute paths, each once: of files that were read, folders that were listed, and whatever was looked for. */
  readonly paths: readonly string[]
  /** What it started whose code nobody here sees, as `child_process.spawn`; each once. */
  readonly unseen: readonly string[]
}

type Callable = (this: unknown, ...args: unknown[]) => unknown
type Patched = Record<string, unknown>

/** Their first argument is a path that is read, listed, or looked for. */
const READERS = [
  ...['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream', 'openAsBlob', 'cp', 'cpSync'],
  ...['readdir', 'readdirSync', 'opendir', 'opendirSync', 'glob', 'globSync', 'copyFile', 'copyFileSync'],
  ...['stat', 'statSync', 'lstat', 'lstatSync', 'exists', 'existsSync', 'access', 'accessSync'],
  ...['readlink', 'readlinkSync', 'watch', 'watchFile'],
]
const STARTERS = ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']
/** Modules of Node's that read files by themselves. */
const UNSEEN_MODULES = ['sqlite', 'wasi']

/** Watches a process from before its code is loaded. It costs that code time: never in a process that is timed. */
export class InputRecorder {
  readonly #paths = new Set<string>()
  readonly #unseen = new Set<string>()
  readonly #loaded: MessagePort

  static async start(): Promise<InputRecorder> {
    return new InputRecorder(await recordLoads())
  }

  private constructor(loaded: MessagePort) {
    this.#loaded = loaded
    const read = (path: unknown) => this.#addPath(path)
    for (const object of [fs, fs.promises]) {
      for (const name of READERS) wrap(object as unknown as Patched, name, ([path]) => read(path))
    }
    for (const name of STARTERS) this.#watchStart(childProcess, 'child_process', name)
    this.#watchStart(cluster, 'cluster', 'fork')
    this.#watchStart(process, 'process', 'dlopen')
    wrap(process as unknown as Patched, 'loadEnvFile', ([path]) => read(path ?? '.env'))
    this.#watchWorkers()
    module.syncBuiltinESMExports()
  }

  inputs(): ProcessInputs {
    for (
      let message = receiveMessageOnPort(this.#loaded);
      message;
      message = receiveMessageOnPort(this.#loaded)
    ) {
      this.#addPath(message.message)
    }
    const loaded = new Set((process as { moduleLoadList?: readonly string[] }).moduleLoadList)
    const modules = UNSEEN_MODULES.filter((name) => loaded.has(`NativeModule ${name}`))
    return {
      paths: [...this.#paths],
      unseen: [...this.#unseen, ...modules.map((name) => `node:${name}`)],
    }
  }

  #watchStart(object: object, owner: string, name: string): void {
    wrap(object as Patched, name, () => this.#unseen.add(`${owner}.${name}`))
  }

  #watchWorkers(): void {
    const unseen = this.#unseen
    const { Worker } = workerThreads
    workerThreads.Worker = class extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        unseen.add('worker_threads.Worker')
        super(...args)
      }
    }
  }

  /** A path, a `file:` URL, or a buffer that holds a path; descriptors were opened before, and no other URL is a file. */
  #addPath(path: unknown): void {
    if (path instanceof URL || (typeof path === 'string' && path.startsWith('file:'))) {
      const url = new URL(path)
      if (url.protocol === 'file:') this.#paths.add(fileURLToPath(url))
    } else if (typeof path === 'string' && !/^(node|data):/.test(path)) this.#paths.add(resolve(path))
    else if (Buffer.isBuffer(path)) this.#paths.add(resolve(path.toString()))
  }
}

/** Has every call of a function tell `watch` its arguments first. What the platform does not have stays away. */
function wrap(object: Patched, name: string, watch: (args: unknown[]) => void): void {
  const original = object[name]
  if (typeof original === 'function') object[name] = watched(original as Callable, watch)
}

function watched(original: Callable, watch: (args: unknown[]) => void): Callable {
  const wrapped: Callable = function (...args) {
    watch(args)
    return Reflect.apply(original, this, args)
  }
  const properties: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(original)
  // `util.promisify` calls this one in its place.
  const promised = properties[promisify.custom]
  if (promised?.value && promised.value !== original) promised.value = watched(promised.value, watch)
  return Object.defineProperties(wrapped, properties)
}

/** Modules that are no scripts, as JSON, are known to nobody else. */
async function recordLoads(): Promise<MessagePort> {
  const { port1, port2 } = new MessageChannel()
  const data = { port: port2 }
  const { href } = new URL('./load-recorder.mjs', import.meta.url)
  await addModuleHooks(href, { data, transferList: [port2] })
  port1.unref()
  return port1
}
