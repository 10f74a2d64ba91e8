import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

let bundled: Promise<string> | undefined

/** The viewer as one script, made once a process. */
export function bundleViewer(): Promise<string> {
  bundled ??= bundle()
  return bundled
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('./viewer/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  // A closing tag inside a string would end the script; none of ours has one, and this keeps it so.
  return result.outputFiles[0]!.text.trim().replaceAll('</script', '<\\/script')
}
