import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { runCommand } from '../tests/support/project.ts'
import { createProgram } from './main.ts'

describe('the program', async () => {
  const help = (await createProgram([])).helpInformation()
  const listed = [...help.matchAll(/^ {2}(\w+) (.*?) {2,}(\w.*(?:\n {20,}.*)*)$/gm)]
    .map(([, name, usage, description]) => ({
      name: name!,
      usage: usage!,
      description: description!.replaceAll(/\n +/g, ' '),
    }))
    .filter(({ name }) => name !== 'help')

  test('lists its commands', () => {
    assert.deepEqual(
      listed.map(({ name }) => name),
      [
        'init',
        'run',
        'compare',
        'investigate',
        'profile',
        'exec',
        'attach',
        'view',
        'diff',
        'baseline',
        'ci',
        'merge',
        'bisect',
        'selftest',
        'steadiness',
      ],
    )
  })

  for (const { name, usage, description } of listed) {
    test(`says of ${name} what the command itself says`, async () => {
      const program = await createProgram([name, '--help'])
      const command = program.commands.find((candidate) => candidate.name() === name)!
      assert.equal(command.description(), description)
      const ownUsage = command.usage()
      // Every command has --help; `[options]` stands where there are others.
      assert.equal(command.options.length === 0 ? ownUsage.replace('[options] ', '') : ownUsage, usage)
    })
  }

  test('--version prints the version of the package, and nothing else', async () => {
    const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8')
    const { version } = JSON.parse(manifest) as { version: string }
    const { code, stdout, stderr } = await runCommand('.', ['--version'])
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `${version}\n`, stderr: '' })
  })
})
