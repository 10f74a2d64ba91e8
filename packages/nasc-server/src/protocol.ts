/** One instance's state: a plain JSON object. */
export type State = Record<string, unknown>

/** JSON Schema of one type, passed through to clients unread but for `properties.*.items.$ref`. */
export type Schema = Record<string, unknown>

/**
 * The events of one type. `mount` receives the mount parameters; every other event receives its payload
 * and a copy of the current state, and answers the next state.
 */
export type Handler = Record<string, unknown>

/** Handlers by type name. */
export type Handlers = Record<string, Handler>

/** What a client sends: which event, on which instance of which type. */
export interface Message {
  readonly event: string
  readonly instance: string
  readonly type: string
  readonly payload?: unknown
}

/** What the server answers; clients apply patches in order. */
export type Patch =
  | { action: 'schema'; instance: string; type: string; schema: Schema }
  | { action: 'bindUpdate'; instance: string; type: string; prop: string; value: unknown }
  | { action: 'error'; message: string }

/** Where states live. `diff` is for stores that write only what changed; `full` is the whole new state. */
export interface Store {
  load(type: string, id: string): Promise<State | null | undefined>
  persist(type: string, id: string, diff: State, full: State): Promise<void>
}

/** Schemas by type name, or a function that finds one. */
export type SchemaProvider =
  | Record<string, Schema>
  | ((type: string) => Schema | null | undefined | Promise<Schema | null | undefined>)

/** The one thing that turns a message into patches. It never rejects: what goes wrong is an `error` patch. */
export type ProcessMessage = (message: Message) => Promise<Patch[]>
