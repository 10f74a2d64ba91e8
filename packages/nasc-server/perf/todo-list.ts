// The todo list that the scenarios work on: its state, its handler, its schemas.
import type { Handler, Schema, State, Store } from '../src/index.ts'

/** The application that the scenarios drive: one type, with an event for each kind of change. */
export const TYPE = 'TodoList'
/** Names the type as well, for the versions of nasc that find it there. */
export const INSTANCE = `${TYPE}:bench`
export const ITEM_COUNT = 100

export const schemas: Record<string, Schema> = {
  TodoList: {
    type: 'object',
    properties: {
      title: { type: 'string' },
      items: { type: 'array', items: { $ref: '#/$defs/Todo' } },
      notes: { type: 'array', items: { $ref: '#/$defs/Note' } },
    },
  },
  Todo: {
    type: 'object',
    properties: { id: { type: 'string' }, title: { type: 'string' }, done: { type: 'boolean' } },
  },
  Note: { type: 'object', properties: { id: { type: 'string' }, text: { type: 'string' } } },
}

interface Item {
  id: string
  title: string
  done: boolean
}

interface TodoList extends State {
  title: string
  items: Item[]
  notes: unknown[]
}

/**
 * Every event costs the same however often it ran: `append` also drops the oldest item, so the list keeps its length,
 * and `reorder` moves the last item to the front.
 */
export const todoListHandler: Handler = {
  mount: () => makeTodoList(),
  rename: ({ title }: { title: string }, state: TodoList) => ({ ...state, title }),
  append: ({ item }: { item: Item }, state: TodoList) => ({
    ...state,
    items: [...state.items.slice(1), item],
  }),
  toggle({ index }: { index: number }, state: TodoList) {
    const items = state.items.map((item, i) => (i === index ? { ...item, done: !item.done } : item))
    return { ...state, items }
  },
  reorder: (_payload: unknown, state: TodoList) => ({
    ...state,
    items: [...state.items.slice(-1), ...state.items.slice(0, -1)],
  }),
  annotate: ({ notes }: { notes: unknown[] }, state: TodoList) => ({ ...state, notes }),
  refresh: (_payload: unknown, state: TodoList) => state,
}

/** A list with `ITEM_COUNT` items and no notes. */
export function makeTodoList(): TodoList {
  return { title: 'Groceries', items: Array.from({ length: ITEM_COUNT }, (_, i) => makeItem(i)), notes: [] }
}

/** Ids are all of one length, so that patches are. */
export function makeItem(i: number): Item {
  return {
    id: `item-${String(i).padStart(6, '0')}`,
    title: `Thing number ${String(i % 1000).padStart(3, '0')}`,
    done: false,
  }
}

/** Notes that are `bytes` bytes of JSON, to the last byte; another `variant` (one digit) differs in every note. */
export function makeNotes(bytes: number, variant: number): unknown[] {
  const text = `${variant} `.repeat(60)
  const noteBytes = JSON.stringify(makeNote(0, text)).length + 1
  const count = Math.floor((bytes - 1) / noteBytes)
  const notes = Array.from({ length: count }, (_, i) => makeNote(i, text))
  // Brackets and commas: one byte a note and one more. The last note takes what is left.
  notes.at(-1)!.text += 'x'.repeat(bytes - 1 - count * noteBytes)
  return notes
}

function makeNote(i: number, text: string): { id: string; text: string } {
  return { id: `note-${String(i).padStart(4, '0')}`, text }
}

/** A store that has never seen an instance: every mount is a first one, and nothing grows. */
export function forgetful(store: Store): Store {
  return {
    load: async () => undefined,
    persist: (type, id, diff, full) => store.persist(type, id, diff, full),
  }
}
