// What people call their app, as a server that does not listen yet.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  Server,
  type ServerResponse,
} from 'node:http'
import { Server as SecureServer } from 'node:https'
import { Readable } from 'node:stream'
import type { CommandApp } from './command/run-command.ts'

/** Of `node:http` or `node:https`. */
type AnyServer = Server | SecureServer

/** Anything with a standard `fetch`: Hono, and its like. */
interface FetchApp {
  fetch(request: Request): Response | Promise<Response>
}

/** An app in one of the forms that frameworks give it. */
interface FrameworkApp {
  /** Fastify's server, which is its own once the app is ready. */
  readonly server?: AnyServer
  ready?(): PromiseLike<unknown>
  /** Koa's request listener. */
  callback?(): RequestListener
  fetch?(request: Request): Response | Promise<Response>
  readonly command?: CommandApp['command']
  readonly port?: number
}

// biome-ignore lint/suspicious/noExplicitAny: Express and its like type their own requests and responses
type AnyListener = (request: any, response: any, ...rest: any[]) => unknown
type AppItself =
  | AnyListener
  | AnyServer
  | FetchApp
  | { ready(): PromiseLike<unknown>; readonly server: AnyServer }
  | { callback(): RequestListener }
  | CommandApp

/** A request listener, a server that does not listen yet, an app of a framework, a command, or a function that makes one of them. */
export type HttpApp = AppItself | (() => AppItself | Promise<AppItself>)

/**
 * The server of an app.
 * @throws Error for what is no app, or listens already
 */
export async function openApp(app: HttpApp | undefined): Promise<AnyServer> {
  if (typeof app === 'function') {
    if (app.length >= 2) return createServer(app as RequestListener)
    if (app.length === 0) return openMade(await (app as () => AppItself | Promise<AppItself>)())
  } else if (typeof app === 'object' && app !== null) {
    const server = await openObject(app)
    if (server !== undefined) return server
  }
  throw new TypeError(
    `${describe(app)} is no app: give http() a request listener, an http.Server, Fastify, Koa, anything with fetch, { command: 'npm start' }, or a function without parameters that makes one`,
  )
}

/** What a function made; one that makes functions that make functions makes no app. */
function openMade(made: AppItself): Promise<AnyServer> {
  if (typeof made === 'function' && made.length === 0)
    throw new TypeError('the function that makes the app made another')
  return openApp(made)
}

async function openObject(app: AnyServer | FrameworkApp): Promise<AnyServer | undefined> {
  if ('command' in app && app.command !== undefined) {
    const { openCommand } = await import('./command/run-command.ts')
    return openCommand(app as CommandApp, process.cwd())
  }
  if (isServer(app)) return refuseListening(app)
  if (isServer(app.server)) {
    await app.ready?.()
    return refuseListening(app.server)
  }
  if (typeof app.callback === 'function') return createServer(app.callback())
  if (typeof app.fetch === 'function') return createServer(fetchListener(app as FetchApp))
  return undefined
}

function isServer(value: unknown): value is AnyServer {
  return value instanceof Server || value instanceof SecureServer
}

function refuseListening(server: AnyServer): AnyServer {
  if (!server.listening) return server
  throw new Error('the app listens already: export it from a file that does not call listen()')
}

function describe(app: unknown): string {
  if (typeof app === 'function') return `a function of ${app.length} parameter(s)`
  return app === null
    ? 'null'
    : typeof app === 'object'
      ? `an object with ${Object.keys(app).slice(0, 5).join(', ')}`
      : typeof app
}

/** Node's requests and responses for a `fetch`, and back. */
function fetchListener(app: FetchApp): RequestListener {
  return (request, response) => {
    answer(app, request, response).catch((error: Error) => response.destroy(error))
  }
}

async function answer(app: FetchApp, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await app.fetch(toFetchRequest(request))
  const cookies = headers.getSetCookie()
  response.writeHead(status, {
    ...Object.fromEntries(headers),
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
  })
  if (body !== null) for await (const chunk of body) response.write(chunk)
  response.end()
}

function toFetchRequest(request: IncomingMessage): Request {
  const { url = '/', method = 'GET', rawHeaders } = request
  const headers = new Headers()
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(`http://${request.headers.host ?? '127.0.0.1'}${url}`, {
    method,
    headers,
    ...(hasBody && { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' }),
  } as RequestInit)
}
