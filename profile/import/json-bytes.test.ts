import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBytes } from './bytes.ts'
import { JsonBytes, JsonBytesError } from './json-bytes.ts'

test('what stood in the buffer before is no part of a file that ends', () => {
  // In pieces of eight bytes: `nu` moves to the front, and the old `ll` stands behind it.
  const json = new JsonBytes(openBytes(Buffer.from('["axll",nu'), 'cut'), 8)
  assert.throws(() => json.readArray(() => json.skip()), JsonBytesError)
})
