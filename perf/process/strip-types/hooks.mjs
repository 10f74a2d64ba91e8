// Module hooks for Node versions that do not strip types. Types are replaced by blanks of the same length and
// nothing else changes, so profiles and stacks show the author's own positions.
import { fileURLToPath } from 'node:url'
import { readTypeScript, TYPESCRIPT } from './typescript.mjs'

export async function load(url, context, nextLoad) {
  // Where another loader has said what it is, that one reads it, too: tsx, say.
  if (context.format || !TYPESCRIPT.test(url.split(/[?#]/, 1)[0])) return nextLoad(url, context)
  const { format, source } = readTypeScript(fileURLToPath(url))
  // CommonJS is read where it is required.
  return { format, shortCircuit: true, source: format === 'module' ? source : null }
}
