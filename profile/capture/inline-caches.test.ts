import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMegamorphic } from './inline-caches.ts'

/** As Node 20 to 26 write it; then what is no miss of a megamorphic place. */
const LOG = `v8-version,11,3,244,8,-node.38,0
LoadIC,0x13027a61381f,714346,100012,10,P,N,0x0d50cb66e9f9,value,,
LoadIC,0x13027a61381f,714358,100012,10,N,N,0x0d50cb66f569,value,,
LoadIC,0x13027a61381f,714359,100012,10,N,N,0x0d50cb66f569,value,,
StoreIC,0x13027a613820,714370,100013,10,N,N,0x0d50cb66fce1,done,,
LoadIC,0x5736cbd3628,858117,550,48,N,N,0x0db6b9cc3851,length,,
LoadIC,0x5736cbd3628,858118,100014,48,1,P,0x0db6b9cc3851,length,,
KeyedLoadIC,0x5736cbd3628,858118,100014,48,1,N,0x0db6b9cc3851,length,,
LoadIC,garbage
`

test('places that met many shapes, by the lines of their files', () => {
  const url = 'file:///a.js'
  assert.deepEqual(parseMegamorphic(LOG, [{ url, offset: 100_000, lines: 20 }]), [
    { url, line: 12, property: 'value', shapes: 2 },
    { url, line: 13, property: 'done', shapes: 1 },
  ])
})
