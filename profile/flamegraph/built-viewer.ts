// The viewer that pages carry: bundled by scripts/build-viewer.mjs, not by whoever renders a page.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const DIST = new URL('./dist/', import.meta.url)

/** Text of a viewer, as it goes into a page. */
export interface BuiltViewer {
  readonly script: string
  readonly style: string
}

/** There is no viewer, so no page can be rendered; nothing else depends on it. */
export class ViewerMissingError extends Error {
  readonly hint = 'npm run build:viewer'

  constructor(folder: URL, cause: unknown) {
    super(`the viewer of flamegraph pages is not built: there is nothing in ${fileURLToPath(folder)}`, {
      cause,
    })
    this.name = 'ViewerMissingError'
  }
}

/** @throws ViewerMissingError where it was never bundled */
export async function readViewer(folder = DIST): Promise<BuiltViewer> {
  const read = (kind: string) => readFile(new URL(`viewer.${kind}`, folder), 'utf8')
  try {
    const [script, style] = await Promise.all([read('js'), read('css')])
    // A closing tag inside a string would end the script; none of ours has one, and this keeps it so.
    return { script: script.trim().replaceAll('</script', '<\\/script'), style: style.trim() }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new ViewerMissingError(folder, cause)
  }
}
