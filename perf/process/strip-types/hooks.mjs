// Module hooks for Node versions that do not strip types. Types are replaced by blanks of the same length and
// nothing else changes, so profiles and stacks show the author's own positions.
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stripTypes } from '../../../profile/source/strip-types.mjs'

/** As Node has it, whatever is done to `fs` later. */
const { readFile } = fs.promises

export async function load(url, context, nextLoad) {
  if (!/\.m?ts$/.test(url.split(/[?#]/, 1)[0])) return nextLoad(url, context)
  const path = fileURLToPath(url)
  return {
    format: 'module',
    shortCircuit: true,
    source: stripTypes(await readFile(path, 'utf8'), path),
  }
}
