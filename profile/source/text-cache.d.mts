/** What was made of a text before, else what is made of it now. */
export function cachedText(kind: string, key: string, make: () => string): string
/** Writes a file of a cache whole, or not at all. A cache that cannot be written is none. */
export function storeWhole(folder: string, path: string, content: string | Uint8Array): void
