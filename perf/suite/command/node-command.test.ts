import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { idsOf } from './asked.ts'
import { type NodeCommand, readNodeCommand } from './node-command.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'flamegate scripts ')))
after(() => rmSync(folder, { recursive: true }))
const scripts = {
  start: 'NODE_ENV=production node server.js',
  dev: 'cross-env PORT=1 npm run serve -- --fast',
  serve: 'tsx src/main.ts',
  built: 'npm run build && node dist/server.js',
  web: process.platform === 'win32' ? 'shim start -p 1' : 'framework start -p 1',
  again: 'npm run again',
}
writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }))
const bins = join(folder, 'node_modules', '.bin')
mkdirSync(join(folder, 'node_modules', 'framework', 'bin'), { recursive: true })
mkdirSync(bins)
const framework = join('node_modules', 'framework', 'bin', 'run.js')
writeFileSync(join(folder, framework), '#!/usr/bin/env node\n')
if (process.platform !== 'win32') symlinkSync('../framework/bin/run.js', join(bins, 'framework'))
writeFileSync(join(bins, 'shim'), '#!/bin/sh\nexec node  "$basedir/../framework/bin/run.js" "$@"\n')
writeFileSync(join(bins, 'tool'), '#!/bin/sh\nexec something\n')

const SERVER = { script: 'server.js', args: [], env: {}, preloads: [] }
const ROWS: readonly [command: string | readonly string[], read: Partial<NodeCommand>][] = [
  ['node server.js', {}],
  [['/opt/node 22/bin/node', 'my server.js'], { script: 'my server.js' }],
  ["node 'my server.js' --port 1", { script: 'my server.js', args: ['--port', '1'] }],
  ['npm start', { env: { NODE_ENV: 'production' } }],
  ['PORT=2 pnpm start -- -v', { env: { PORT: '2', NODE_ENV: 'production' }, args: ['-v'] }],
  ['npm run web', { script: framework, args: ['start', '-p', '1'] }],
  ['npx shim start', { script: framework, args: ['start'] }],
  ['npx --yes tsx src/main.ts', { script: 'src/main.ts', preloads: [{ by: 'import', name: 'tsx' }] }],
  [
    'yarn dev',
    {
      script: 'src/main.ts',
      args: ['--fast'],
      env: { PORT: '1' },
      preloads: [{ by: 'import', name: 'tsx' }],
    },
  ],
  [
    'node --no-warnings -r dotenv/config --env-file=.env server.js',
    {
      preloads: [
        { by: 'require', name: 'dotenv/config' },
        { by: 'env-file', name: '.env' },
      ],
    },
  ],
]

describe('the script that a command runs', () => {
  for (const [command, read] of ROWS) {
    test(typeof command === 'string' ? command : command.join(' '), () => {
      assert.deepEqual(readNodeCommand(command, folder), { ...SERVER, ...read })
    })
  }

  for (const [command, why] of [
    ['npm run built', /needs a shell/],
    ['npm run nothing', /no script 'nothing'/],
    ['npm run again', /name each other/],
    ['node -e 1', /'node -e 1' cannot be measured: -e is for a process of its own/],
    ['node', /names no script/],
    ['npx tool', /'tool' is no program that is known/],
    ['python app.py', /'python' is no program that is known/],
  ] as const) {
    test(`${command}: none that can be told`, () => {
      assert.throws(() => readNodeCommand(command, folder), { code: 'bad-command', message: why })
    })
  }
})

test('paths have ids, each its own', () => {
  assert.deepEqual(idsOf(['/', '/Cart?all=1', '/cart/all/1', '/ü']), [
    'get/root.http',
    'get/cart-all-1.http',
    'get/cart-all-1-2.http',
    'get/root-2.http',
  ])
})
