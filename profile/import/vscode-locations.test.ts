import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openProfiles } from './open-profile.ts'

const frame = (functionName: string, lineNumber: number) => ({
  functionName,
  scriptId: '1',
  url: 'file:///w/dist/a.js',
  lineNumber,
  columnNumber: 4,
})
const location = (path: string, lineNumber: number) => ({
  lineNumber,
  columnNumber: 9,
  source: { name: 'a', path, sourceReference: 0 },
})

test('functions are where VS Code found them in the sources, below the workspace first', async () => {
  const file = {
    nodes: [
      {
        id: 1,
        callFrame: { functionName: '(root)', url: '', lineNumber: -1 },
        children: [2, 3, 4],
        locationId: 0,
      },
      { id: 2, callFrame: frame('a', 0), locationId: 1 },
      { id: 3, callFrame: frame('b', 7), locationId: 2 },
      { id: 4, callFrame: frame('c', 9), locationId: 99 },
    ],
    startTime: 0,
    endTime: 3000,
    samples: [2, 3, 4],
    timeDeltas: [0, 1000, 1000],
    $vscode: {
      rootPath: '/w',
      locations: [
        { callFrame: {}, locations: [location('', 0)] },
        { callFrame: {}, locations: [location('/elsewhere/a.ts', 70), location('/w/src/a.ts', 12)] },
        null,
      ],
    },
  }
  const [opened] = await openProfiles(Buffer.from(JSON.stringify(file)), 'x')
  assert.ok(opened?.kind === 'cpu')
  const [, a, b, c] = opened.profile.frames
  assert.deepEqual([a!.url, a!.line, a!.column], ['file:///w/src/a.ts', 12, 9])
  assert.deepEqual(a!.compiled, { url: 'file:///w/dist/a.js', line: 1, column: 5 })
  assert.deepEqual([b!.url, b!.line, c!.line], ['file:///w/dist/a.js', 8, 10])
})
