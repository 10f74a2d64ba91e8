// What a page that is shown to others says of the machine that it was made on.
import { isBelow, shareableUrl, shortenUrl } from '../model/file-url.ts'

/** What the user allows beyond the usual. */
export interface DisclosureFlags {
  /** Files outside of the project are called by their whole paths. */
  readonly absolutePaths?: boolean
  /** Sources from outside of the project are in the page, too. */
  readonly embedSources?: boolean
}

/** How a page names files, and whose text may be in it. */
export interface Disclosure {
  /** A file's name as it is shown. */
  shorten(url: string): string
  /** Whether a file's text may be in the page. */
  mayEmbed(url: string): boolean
}

/** By default nobody's home folder, and no text from outside of the folder `root`. */
export function discloseBelow(root: string, flags: DisclosureFlags = {}): Disclosure {
  const { absolutePaths = false, embedSources = false } = flags
  return {
    shorten: (url) => (absolutePaths ? shortenUrl(url, root) : shareableUrl(url, root)),
    mayEmbed: (url) => embedSources || isBelow(url, root),
  }
}
