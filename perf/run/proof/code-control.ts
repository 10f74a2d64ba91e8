// The control of `same code`: one edit must be seen, and no edit must not.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { messageOf } from '../../errors.ts'
import { comparePrints, isSameCode } from '../../identity/compare-prints.ts'
import { createCodeReader } from '../../identity/scenario-code.ts'
import { withOwnFolder } from '../../process/own-folder.ts'
import type { DiscoveredScenario } from '../../suite/load.ts'

const TIMEOUT_MS = 30_000

/** The two versions of the work, and the scenario that does it. */
export interface CodeControl {
  readonly plain: string
  readonly planted: string
  readonly scenario: DiscoveredScenario
}

/** Why `same code` proves nothing here; null where it works. Rejects only when aborted. */
export async function proveCode(control: CodeControl, signal: AbortSignal): Promise<string | null> {
  try {
    return await withOwnFolder((scratch) => compareVersions(control, scratch, signal))
  } catch (error) {
    if (signal.aborted) throw error
    return `its own scenario cannot be counted: ${messageOf(error)}`
  }
}

async function compareVersions(
  { plain, planted, scenario }: CodeControl,
  scratch: string,
  signal: AbortSignal,
): Promise<string | null> {
  const readCode = createCodeReader()
  const read = async (name: string, source: string) => {
    const folder = join(scratch, name)
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), '{ "name": "proof", "type": "module" }\n')
    const targetEntry = join(folder, `work${extname(source)}`)
    await copyFile(source, targetEntry)
    const code = await readCode({ ...scenario, targetEntry }, { root: folder, folder }, TIMEOUT_MS, signal)
    if ('failure' in code) throw new Error(code.failure)
    return code.print
  }
  const [one, same, other] = [
    await read('one', plain),
    await read('same', plain),
    await read('other', planted),
  ]
  if (!isSameCode(comparePrints(one, same))) return 'the same code was taken for a change'
  return isSameCode(comparePrints(one, other)) ? 'a changed constant was taken for the same code' : null
}
