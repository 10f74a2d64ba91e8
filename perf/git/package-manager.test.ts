import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frozenInstall } from './package-manager.ts'

for (const [name, command, noScripts] of [
  ['npm', 'npm ci --no-audit --no-fund --loglevel=error', '--ignore-scripts'],
  ['pnpm', 'pnpm install --frozen-lockfile', '--ignore-scripts'],
  ['yarn', 'yarn install --frozen-lockfile', '--ignore-scripts'],
  ['yarn@berry', 'yarn install --immutable', '--mode=skip-build'],
  ['bun', 'bun install --frozen-lockfile', '--ignore-scripts'],
] as const) {
  test(`${name} installs what its lockfile says, with scripts or without`, () => {
    assert.equal(frozenInstall(name).join(' '), command)
    assert.equal(frozenInstall(name, true).join(' '), `${command} ${noScripts}`)
  })
}
