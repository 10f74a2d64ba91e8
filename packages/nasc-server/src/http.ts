// The HTTP face: events in, patches out on streams, manifest and schemas.
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { Express, Request, RequestHandler, Response } from 'express'
import { findMethod } from './engine.ts'
import { createProcessor } from './processor.ts'
import type { Handler, Handlers, Message, Patch, ProcessMessage, SchemaProvider, Store } from './protocol.ts'
import { findSchema } from './schema.ts'
import { MemoryStore } from './store.ts'
import { StreamRegistry } from './streams.ts'

export interface AttachOptions {
  readonly app: Express
  readonly server: Server
  readonly handlers?: Handlers
  readonly schemaProvider?: SchemaProvider
  /** Default: a new {@link MemoryStore}. */
  readonly store?: Store
}

/** What a client may ask of one type. */
export interface ManifestEntry {
  readonly events: readonly string[]
  readonly hasMount: boolean
}

/**
 * Adds nasc to an Express app: `POST /nasc/event`, `GET /nasc/stream`, `GET /nasc/manifest` and
 * `GET /nasc/schema/:type`. The server is part of the contract for transports that need it; these do not.
 * @throws Error when `app` or `server` is missing, or Express cannot be loaded
 */
export function attachNasc(options: AttachOptions): { store: Store; processMessage: ProcessMessage } {
  const { app, server, handlers = {}, schemaProvider, store = new MemoryStore() } = options ?? {}
  if (!app || !server) throw new Error('attachNasc needs { app, server }: an Express app and its HTTP server')
  const processMessage = createProcessor(handlers, store, { schemaProvider })
  const streams = new StreamRegistry()
  const manifest = buildManifest(handlers)
  app.use(jsonBodyParser())
  app.post('/nasc/event', (req, res, next) => {
    handleEvent(processMessage, streams, req, res).catch(next)
  })
  app.get('/nasc/stream', (req, res) => streams.open(req.query.clientId, res))
  app.get('/nasc/manifest', (_req, res) => void res.json(manifest))
  app.get('/nasc/schema/:type', (req, res, next) => {
    handleSchema(schemaProvider, req.params.type, res).catch(next)
  })
  return { store, processMessage }
}

async function handleEvent(
  processMessage: ProcessMessage,
  streams: StreamRegistry,
  req: Request,
  res: Response,
): Promise<void> {
  const { clientId, eventId, event, instance, payload, type } = (req.body ?? {}) as Message & {
    clientId?: string
    eventId?: string | number
  }
  const patches: Patch[] = await processMessage({ event, instance, payload, type })
  if (clientId !== undefined && patches.length > 0) streams.send(clientId, patches, eventId)
  res.status(202).json({ ok: true })
}

async function handleSchema(
  provider: SchemaProvider | undefined,
  type: string,
  res: Response,
): Promise<void> {
  const schema = await findSchema(provider, type)
  if (schema === undefined) res.status(404).json({ error: `Schema not found for type '${type}'` })
  else res.json(schema)
}

function buildManifest(handlers: Handlers): Record<string, ManifestEntry> {
  return Object.fromEntries(
    Object.entries(handlers).map(([type, handler]) => [type, describeHandler(handler)]),
  )
}

function describeHandler(handler: Handler): ManifestEntry {
  const names = methodNames(handler)
  return { events: names.filter((name) => name !== 'mount').sort(), hasMount: names.includes('mount') }
}

/** What clients may call: the handler's own methods and inherited ones, as {@link findMethod} finds them. */
function methodNames(handler: Handler): string[] {
  const names = new Set<string>()
  for (
    let at: object | null = handler;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name)
  }
  return [...names].filter((name) => findMethod(handler, name) !== undefined)
}

/** Express is an optional peer: it is loaded only here, so that the rest of the package works without it. */
function jsonBodyParser(): RequestHandler {
  try {
    return (createRequire(import.meta.url)('express') as typeof import('express')).json()
  } catch (cause) {
    throw new Error('attachNasc needs Express, which cannot be loaded: npm install express', { cause })
  }
}
