import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plan } from '../../tests/support/run-data.ts'
import type { FunctionPrint } from '../identity/module-print.ts'
import type { CountedCode } from '../identity/scenario-code.ts'
import { storeCode } from '../results/stored-code.ts'
import { identify, isSame } from './identify.ts'

const ID = 'a/one.apply'
const FILE = 'shop/src/index.ts'

/** A scenario that ran these functions of one file, of which `whole` is the text. */
function codeOf(whole: string, functions: readonly FunctionPrint[]): CountedCode {
  return {
    print: {
      unknown: null,
      modules: { [FILE]: { path: 'src/index.ts', whole, top: 'top', functions } },
      packages: {},
      files: {},
    },
    work: { tokensPerOp: 10, callsPerOp: { [FILE]: { price: 1 } } },
    counted: {} as CountedCode['counted'],
  }
}

const price = { name: 'price', hash: '1' }
const fallback = { name: 'fallback', hash: '2' }
const before = codeOf('old', [price])

/** What is identified of a version with this code, beside what was stored, and the folders that were counted on the way. */
async function identifyCode(candidate: CountedCode, node = process.versions.node) {
  const folders: string[] = []
  const code = storeCode(new Map([[ID, before]]), { node, commit: null })
  const { codes, live } = await identify(
    {
      root: '/own',
      target: null,
      scenarios: [plan(ID)],
      reference: { kind: 'baseline', code, row: undefined, commit: null, ids: [ID] },
      timeoutMs: undefined,
    },
    {
      readCode: async (_, { folder }) => {
        folders.push(folder)
        return folder === '/own' ? candidate : before
      },
      openBaseline: async () => ({
        kind: 'lockstep',
        name: 'the baseline',
        commit: null,
        folder: '/baseline',
        scenarios: [plan(ID)],
      }),
      signal: new AbortController().signal,
      onProgress: () => {},
    },
  )
  return { folders, known: codes.get(ID)!, live }
}

test('what is stored is enough where a function that ran then and now has another text', async () => {
  const { folders, known, live } = await identifyCode(codeOf('new', [{ ...price, hash: '3' }]))
  assert.deepEqual(folders, ['/own'])
  assert.deepEqual(known.change?.functions, [{ file: FILE, name: 'price' }])
  assert.deepEqual(known.baseline?.work, before.work)
  assert.equal(live?.folder, '/baseline')
})

test('the baseline is counted here where it may be that only another way was taken', async () => {
  for (const functions of [[price, fallback], [fallback]]) {
    const { folders } = await identifyCode(codeOf('new', functions))
    assert.deepEqual(folders, ['/own', '/baseline'])
  }
})

test('the baseline is counted here where another Node counted it', async () => {
  const { folders } = await identifyCode(codeOf('new', [{ ...price, hash: '3' }]), '12.0.0')
  assert.deepEqual(folders, ['/own', '/baseline'])
})

test('what is stored is the same code: nothing is checked out', async () => {
  const { folders, known, live } = await identifyCode(before)
  assert.deepEqual(folders, ['/own'])
  assert.ok(isSame(known))
  assert.equal(live, undefined)
})
