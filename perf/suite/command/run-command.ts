// A command's script, run in this process, which is the measured one: its server listens where nobody else does.
import { Server as HttpServer } from 'node:http'
import { Server as SecureServer } from 'node:https'
import Module, { createRequire } from 'node:module'
import { Server } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FlamegateError } from '../../errors.ts'
import { type Preload, readNodeCommand } from './node-command.ts'
import { noteStarted } from './started-servers.ts'

/** A server that is started by a command, as `npm start` or `node server.js`. */
export interface CommandApp {
  readonly command: string | readonly string[]
  /** Which of its servers, by the port that it asks for. Default: the first. */
  readonly port?: number
}

type ListeningServer = HttpServer | SecureServer
type Listen = (this: Server, ...args: unknown[]) => Server

const LISTEN_MS = 25_000
const TYPESCRIPT = /\.[cm]?tsx?$/

/**
 * Runs the script of a command as Node's main one; its server, once it listens: at 127.0.0.1, on a port of its own, whatever it
 * asked for, so that two versions can do so at a time.
 * @param folder where the command is run
 * @throws FlamegateError 'bad-command' where it has no script that can be run here, or does not listen in time
 */
export async function openCommand({ command, port }: CommandApp, folder: string): Promise<ListeningServer> {
  const { script, args, env, preloads } = readNodeCommand(command, folder)
  const server = firstServer(port)
  process.chdir(folder)
  Object.assign(process.env, { PORT: '0', ...env })
  for (const preload of preloads) await load(preload, folder)
  await runAsMain(join(folder, script), args)
  const timeout = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), LISTEN_MS).unref())
  const found = await Promise.race([server, timeout])
  if (found !== undefined) return found
  const name = typeof command === 'string' ? command : command.join(' ')
  const where = port === undefined ? '' : ` on port ${port}`
  throw new FlamegateError('bad-command', `'${name}' did not listen${where} within ${LISTEN_MS / 1000} s`, {
    hint: 'a server that listens in another process (a cluster) can be profiled: flamegate exec',
  })
}

async function load({ by, name }: Preload, folder: string): Promise<void> {
  const require = createRequire(join(folder, 'command.js'))
  if (by === 'require') require(name)
  else if (by === 'import') await import(pathToFileURL(require.resolve(name)).href)
  else process.loadEnvFile(join(folder, name))
}

/** As `node script …` does it: `require.main` and `process.argv` are the script's. */
async function runAsMain(script: string, args: readonly string[]): Promise<void> {
  const { resolve } = createRequire(import.meta.url)
  const path = TYPESCRIPT.test(script) ? script : resolve(script)
  process.argv = [process.execPath, path, ...args]
  if (TYPESCRIPT.test(path)) await import(pathToFileURL(path).href)
  else await (Module as unknown as { runMain(): unknown }).runMain()
}

/** Every HTTP server that is to listen from now on does so on a free port; the first that is the wanted one, once it does. */
function firstServer(wanted: number | undefined): Promise<ListeningServer> {
  const prototype = Server.prototype as unknown as { listen: Listen }
  const { listen } = prototype
  return new Promise((resolve) => {
    prototype.listen = function (...args) {
      if (!(this instanceof HttpServer || this instanceof SecureServer))
        return Reflect.apply(listen, this, args)
      if (wanted === undefined || portOf(args[0]) === wanted) {
        noteStarted(this)
        this.once('listening', () => resolve(this))
      }
      const callback = args.filter((argument) => typeof argument === 'function').slice(0, 1)
      return Reflect.apply(listen, this, [0, '127.0.0.1', ...callback])
    }
  })
}

/** Of what `listen` is given first. */
function portOf(first: unknown): number {
  const port = typeof first === 'object' && first !== null ? (first as { port?: unknown }).port : first
  return Number(port)
}
