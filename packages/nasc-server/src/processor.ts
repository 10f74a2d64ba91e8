// The message pipeline: from a client's message to the patches that answer it.
import { applyEvent, findMethod, toState } from './engine.ts'
import type {
  Handler,
  Handlers,
  Message,
  Patch,
  ProcessMessage,
  SchemaProvider,
  State,
  Store,
} from './protocol.ts'
import { findSchema, referencedTypes } from './schema.ts'

export interface ProcessorOptions {
  readonly schemaProvider?: SchemaProvider | undefined
}

/** Binds handlers and a store into the message pipeline. See {@link ProcessMessage}. */
export function createProcessor(
  handlers: Handlers,
  store: Store,
  options: ProcessorOptions = {},
): ProcessMessage {
  return async (message) => {
    try {
      return await processMessage(handlers, store, options.schemaProvider, message)
    } catch (error) {
      return [{ action: 'error', message: error instanceof Error ? error.message : String(error) }]
    }
  }
}

async function processMessage(
  handlers: Handlers,
  store: Store,
  provider: SchemaProvider | undefined,
  { event, instance, type, payload }: Message,
): Promise<Patch[]> {
  const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined
  if (handler === undefined) throw new Error(`Unknown handler for type '${type}'`)
  const current = await store.load(type, instance)
  if (event === 'mount') {
    const state = current ?? (await mountInstance(handler, store, type, instance, payload))
    return [...(await schemaPatches(provider, instance, type)), ...bindUpdates(state, instance, type)]
  }
  if (!current) throw new Error(`Instance ${instance} not mounted.`)
  const { diff } = await applyEvent(handler, event, payload, current, store, type, instance)
  return bindUpdates(diff, instance, type)
}

async function mountInstance(
  handler: Handler,
  store: Store,
  type: string,
  id: string,
  payload: unknown,
): Promise<State> {
  const mount = findMethod(handler, 'mount')
  if (mount === undefined) throw new Error(`Unknown event 'mount' for ${type}`)
  const params = { ...(payload as State | undefined), [`${type.toLowerCase()}Id`]: id }
  const state = toState(await mount.call(handler, params), 'mount', type)
  await store.persist(type, id, state, state)
  return state
}

async function schemaPatches(
  provider: SchemaProvider | undefined,
  instance: string,
  type: string,
): Promise<Patch[]> {
  const schema = await findSchema(provider, type)
  if (schema === undefined) return []
  const patches: Patch[] = [{ action: 'schema', instance, type, schema }]
  for (const referenced of referencedTypes(schema)) {
    if (referenced === type) continue
    const found = await findSchema(provider, referenced)
    if (found !== undefined) patches.push({ action: 'schema', instance, type: referenced, schema: found })
  }
  return patches
}

function bindUpdates(values: State, instance: string, type: string): Patch[] {
  return Object.keys(values).map((prop) => ({
    action: 'bindUpdate',
    instance,
    type,
    prop,
    value: values[prop],
  }))
}
