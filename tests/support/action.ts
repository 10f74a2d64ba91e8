// The composite action, step by step as a runner would do it.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

interface Step {
  readonly id?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

/** `action.yml`. */
export const action: Action = parse(await readFile(new URL('../../action.yml', import.meta.url), 'utf8'))

/** Does the steps that are scripts; their outputs by step, and how the last one ended. */
export async function runAction(
  root: string,
  inputs: Readonly<Record<string, string>>,
  env: Record<string, string>,
) {
  const outputs: Record<string, Record<string, string>> = {}
  const given: Record<string, string> = {}
  for (const [name, { default: byDefault }] of Object.entries(action.inputs))
    given[name] = inputs[name] ?? byDefault
  const fill = (text: string) =>
    text.replace(/\$\{\{ (inputs|steps)\.([\w.-]+) \}\}/g, (_, kind: string, path: string) => {
      if (kind === 'inputs') return given[path]!
      const [step, , name] = path.split('.')
      return outputs[step!]?.[name!] ?? ''
    })
  let last = { code: 0, stdout: '', stderr: '' }
  for (const step of action.runs.steps) {
    if (step.run === undefined || last.code !== 0) continue
    const file = join(root, 'tmp', `outputs-${step.id}`)
    await writeFile(file, '')
    const own = Object.entries(step.env ?? {}).map(([name, text]) => [name, fill(String(text))])
    last = await bash(step.run, root, { ...env, ...Object.fromEntries(own), GITHUB_OUTPUT: file })
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
    outputs[step.id!] = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
  }
  return { ...last, outputs }
}

function bash(script: string, cwd: string, env: Record<string, string>) {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...inherited } = process.env
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd, env: { ...inherited, ...env }, maxBuffer: 2 ** 26 }
    const child = execFile('bash', ['-c', script], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    )
  })
}
