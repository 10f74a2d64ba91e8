// The scenarios of nasc-server: every family of events on every layer.
import { createServer } from 'node:http'
import { defineSuite, type HttpRequest, http, micro, type Parameters, type Scenario } from 'flamegate'
import type { Handlers, Message, Patch } from '../src/index.ts'
import { type NascServer, nascServerLoader } from './target.ts'
import {
  forgetful,
  INSTANCE,
  ITEM_COUNT,
  makeItem,
  makeNotes,
  makeTodoList,
  schemas,
  TYPE,
  todoListHandler,
} from './todo-list.ts'

const handlers: Handlers = { [TYPE]: todoListHandler }
const CLIENT_ID = 'bench'
const MOUNT = { event: 'mount', payload: {} }
/** Payloads that are taken in turn, so that consecutive ops never repeat one. */
const CYCLE = 16

/** One case: the events it sends in turn, and how many patches each is answered with. */
interface EventCase {
  readonly name: string
  readonly events: readonly { readonly event: string; readonly payload: unknown }[]
  readonly patchCount: number
  readonly parameters: Parameters
}

const eventCases: readonly EventCase[] = [
  changeCase('property/single', 'rename', (i) => ({ title: `Groceries ${String(i).padStart(4, '0')}` })),
  changeCase('arrays/append', 'append', (i) => ({ item: makeItem(ITEM_COUNT + i) })),
  changeCase('arrays/toggle', 'toggle', (i) => ({ index: (i * 37) % ITEM_COUNT })),
  changeCase('arrays/reorder', 'reorder', () => ({})),
  payloadCase('payload/10kb', 10_240),
  payloadCase('payload/25kb', 25_600),
  payloadCase('payload/50kb', 51_200),
  { ...changeCase('noop/refresh', 'refresh', () => ({})), patchCount: 0 },
]

function changeCase(name: string, event: string, payloadOf: (i: number) => unknown): EventCase {
  const events = Array.from({ length: CYCLE }, (_, i) => ({ event, payload: payloadOf(i) }))
  return { name, events, patchCount: 1, parameters: { items: ITEM_COUNT } }
}

function payloadCase(name: string, payloadBytes: number): EventCase {
  const change = changeCase(name, 'annotate', (i) => ({ notes: makeNotes(payloadBytes, i % 10) }))
  return { ...change, parameters: { ...change.parameters, payloadBytes } }
}

/** Handler + diff: the state stays what it was at the start, whatever the op answers. */
function applyScenario({ name, events, patchCount, parameters }: EventCase): Scenario<NascServer> {
  return micro({
    id: `${name}.apply`,
    parameters,
    setup: (target: NascServer) => ({ target, store: new target.MemoryStore(), current: makeTodoList() }),
    op({ target, store, current }, index) {
      const { event, payload } = events[index % events.length]!
      return target.applyEvent(todoListHandler, event, payload, current, store, TYPE, INSTANCE)
    },
    check({ diff }) {
      const changed = Object.keys(diff).length
      if (changed !== patchCount)
        throw new Error(`the op changed ${changed} properties instead of ${patchCount}`)
    },
    counters: ({ diff }) => ({ patchBytes: patchBytes(Object.entries(diff).map(toBindUpdate)) }),
  })
}

/** Message pipeline: load, apply, persist, answer patches. */
function processorScenario(
  { name, events, patchCount, parameters }: EventCase,
  isCold = false,
): Scenario<NascServer> {
  return micro({
    id: `${name}.processor`,
    parameters,
    async setup(target: NascServer) {
      const store = new target.MemoryStore()
      const process = target.createProcessor(handlers, isCold ? forgetful(store) : store, {
        schemaProvider: schemas,
      })
      if (!isCold) assertPatches(await process(toMessage(MOUNT)))
      return process
    },
    op: (process, index) => process(toMessage(events[index % events.length]!)),
    check(patches) {
      assertPatches(patches)
      const { length } = patches
      if (length !== patchCount) throw new Error(`the op answered ${length} patches instead of ${patchCount}`)
    },
    counters: (patches) => ({ patchBytes: patchBytes(patches) }),
  })
}

/** `POST /nasc/event` under a minimal Express app, with the client's event stream open. */
function httpScenario(
  { name, events, patchCount, parameters }: EventCase,
  isCold = false,
): Scenario<NascServer> {
  return http<NascServer>({
    id: `${name}.http`,
    parameters: { ...parameters, connections: 4 },
    connections: 4,
    requires: ['express'],
    serve(target) {
      const app = target.loadExpress()()
      const server = createServer(app)
      const store = new target.MemoryStore()
      target.attachNasc({
        app,
        server,
        handlers,
        schemaProvider: schemas,
        store: isCold ? forgetful(store) : store,
      })
      return server
    },
    prepare: isCold ? [] : [toRequest(MOUNT)],
    requests: events.map((event) => toRequest({ ...event, clientId: CLIENT_ID })),
    expectStatus: 202,
    stream: {
      path: `/nasc/stream?clientId=${CLIENT_ID}`,
      counter: 'patchBytes',
      failOnPrefix: '[{"action":"error"',
      eventsPerRequest: patchCount === 0 ? 0 : 1,
    },
  })
}

/** A mount answers its schemas (own type, Todo, Note) and its three properties. */
const mountCase: Omit<EventCase, 'name'> = {
  events: [MOUNT],
  patchCount: 6,
  parameters: { items: ITEM_COUNT },
}
const cold: EventCase = { ...mountCase, name: 'mount/cold' }
const warm: EventCase = { ...mountCase, name: 'mount/warm' }

function toMessage({ event, payload }: { event: string; payload: unknown }): Message {
  return { event, payload, instance: INSTANCE, type: TYPE }
}

function toRequest({
  event,
  payload,
  clientId,
}: {
  event: string
  payload: unknown
  clientId?: string
}): HttpRequest {
  return { method: 'POST', path: '/nasc/event', body: { ...toMessage({ event, payload }), clientId } }
}

function toBindUpdate([prop, value]: [string, unknown]): Patch {
  return { action: 'bindUpdate', instance: INSTANCE, type: TYPE, prop, value }
}

function patchBytes(patches: readonly Patch[]): number {
  return patches.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(patches))
}

function assertPatches(patches: readonly Patch[]): void {
  const error = patches.find((patch) => patch.action === 'error')
  if (error !== undefined) throw new Error(`the op answered an error patch: ${error.message}`)
}

export default defineSuite<NascServer>({
  name: 'nasc-server',
  target: nascServerLoader,
  scenarios: [
    ...eventCases.flatMap((eventCase) => [
      applyScenario(eventCase),
      processorScenario(eventCase),
      httpScenario(eventCase),
    ]),
    processorScenario(cold, true),
    httpScenario(cold, true),
    processorScenario(warm),
    httpScenario(warm),
  ],
})
