// What nasc-server exports.
export { applyEvent, type EventResult } from './engine.ts'
export { type AttachOptions, attachNasc, type ManifestEntry } from './http.ts'
export { createProcessor, type ProcessorOptions } from './processor.ts'
export type {
  Handler,
  Handlers,
  Message,
  Patch,
  ProcessMessage,
  Schema,
  SchemaProvider,
  State,
  Store,
} from './protocol.ts'
export { MemoryStore } from './store.ts'
