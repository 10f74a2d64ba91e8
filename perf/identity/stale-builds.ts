// Compiled files that were built from another text than their sources have now: whoever measures them measures an old version.
import { readFile, stat } from 'node:fs/promises'
import { sourceContentFor } from '@jridgewell/trace-mapping'
import { isBelow, pathOfUrl, shortenUrl } from '../../profile/model/file-url.ts'
import { SourceMaps } from '../../profile/source/source-map.ts'

/** Looks at compiled files, at each once: for one run, in which they do not change. */
export class StaleBuilds {
  readonly #maps = new SourceMaps()
  readonly #known = new Map<string, Promise<string | undefined>>()

  /**
   * @param urls files that ran
   * @returns which of them was built from which older source, by their paths from `root`; undefined where all are up to date
   */
  async find(urls: readonly string[], root: string): Promise<string | undefined> {
    const found = await Promise.all(
      urls.map((url) => {
        const source = this.#known.get(url) ?? this.#findNewer(url, root)
        this.#known.set(url, source)
        return source
      }),
    )
    const at = found.findIndex((source) => source !== undefined)
    if (at < 0) return undefined
    return `${shortenUrl(urls[at]!, root)} was built before ${shortenUrl(found[at]!, root)} was changed`
  }

  /** A source of a compiled file that is not what it was built from. */
  async #findNewer(url: string, root: string): Promise<string | undefined> {
    const file = this.#maps.file(url)
    if (file === undefined) return undefined
    for (const source of file.map.resolvedSources) {
      if (!source || source === url || !isBelow(source, root)) continue
      if (await isNewer(pathOfUrl(source)!, pathOfUrl(url)!, sourceContentFor(file.map, source)))
        return source
    }
    return undefined
  }
}

/** @param builtFrom its text when it was built, where the map has it */
async function isNewer(path: string, built: string, builtFrom: string | null): Promise<boolean> {
  try {
    if (builtFrom === null) return (await stat(path)).mtimeMs > (await stat(built)).mtimeMs
    return withUnixLines(await readFile(path, 'utf8')) !== withUnixLines(builtFrom)
  } catch {
    // What is not here says nothing.
    return false
  }
}

function withUnixLines(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
}
