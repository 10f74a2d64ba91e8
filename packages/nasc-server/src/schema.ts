// Finding the schemas that a state needs.
import type { Schema, SchemaProvider } from './protocol.ts'

const DEFS = '#/$defs/'

/** The schema of one type, or undefined where there is none. */
export async function findSchema(
  provider: SchemaProvider | undefined,
  type: string,
): Promise<Schema | undefined> {
  if (provider === undefined) return undefined
  if (typeof provider === 'function') return (await provider(type)) ?? undefined
  return Object.hasOwn(provider, type) ? provider[type] : undefined
}

/** The types that array items of `schema`'s properties refer to with `#/$defs/…`: each once, in order. */
export function referencedTypes(schema: Schema): string[] {
  const types = new Set<string>()
  for (const property of Object.values(asRecord(schema.properties))) {
    const { type, items } = asRecord(property)
    const ref = type === 'array' ? asRecord(items).$ref : undefined
    if (typeof ref === 'string' && ref.startsWith(DEFS)) types.add(ref.slice(DEFS.length))
  }
  return [...types]
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
