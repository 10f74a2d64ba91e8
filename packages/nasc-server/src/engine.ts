// One event on one state: run the handler, find what changed, store it.
import type { Handler, State, Store } from './protocol.ts'
import { deepClone, diffStates } from './state.ts'

/** What an event changed, and the state after it. */
export interface EventResult {
  readonly diff: State
  readonly newState: State
}

type Method = (this: Handler, ...args: unknown[]) => unknown

/**
 * Runs one event on a copy of the current state, finds what changed, and persists it unless `dryRun`.
 * @throws Error `Unknown event 'x' for T`; `Event 'x' of T returned no state`; whatever the handler or the store throws
 */
export async function applyEvent(
  handler: Handler,
  event: string,
  payload: unknown,
  current: State,
  store: Store,
  type: string,
  id: string,
  dryRun = false,
): Promise<EventResult> {
  const method = findMethod(handler, event)
  if (method === undefined) throw new Error(`Unknown event '${event}' for ${type}`)
  const newState = toState(await method.call(handler, payload, deepClone(current)), event, type)
  const diff = diffStates(current, newState)
  if (!dryRun) await store.persist(type, id, diff, newState)
  return { diff, newState }
}

/** The handler's own or inherited method of that name. What every object has (`toString`, …) is no event. */
export function findMethod(handler: Handler, event: string): Method | undefined {
  if (event === 'constructor') return undefined
  const method = handler[event]
  const isEvent = typeof method === 'function' && method !== (Object.prototype as Handler)[event]
  return isEvent ? (method as Method) : undefined
}

/** @throws Error when a handler's answer is no state */
export function toState(answer: unknown, event: string, type: string): State {
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return answer as State
  throw new Error(`Event '${event}' of ${type} returned no state`)
}
