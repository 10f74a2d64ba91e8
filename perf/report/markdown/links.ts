// Links from names of lines to the lines.
import { relative, resolve, sep } from 'node:path'
import { formatPlace } from '../../../profile/model/format.ts'
import { escapeMarkdown } from '../parts/markdown-table.ts'

/** The address of a line; undefined for what is nowhere to be seen. */
export type LineLinks = (file: string, line: number) => string | undefined

/** Where there is nothing to link to. */
export const NO_LINKS: LineLinks = () => undefined

/** What GitHub Actions says of itself. */
export type GitHubEnvironment = Readonly<
  Partial<Record<'GITHUB_SERVER_URL' | 'GITHUB_REPOSITORY' | 'GITHUB_SHA' | 'GITHUB_WORKSPACE', string>>
>

/**
 * Links to the measured commit on GitHub, in its Actions; elsewhere none.
 * @param root the project's folder, which files are named from
 */
export function githubLinks(root: string, env: GitHubEnvironment): LineLinks {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit } = env
  if (!server || !repository || !commit) return NO_LINKS
  return (file, line) => {
    if (file === '' || /^[a-z]+:/.test(file) || file.includes('node_modules/')) return undefined
    const path = relative(env.GITHUB_WORKSPACE ?? root, resolve(root, file))
    if (path.startsWith('..')) return undefined
    const parts = path.split(sep).map(encodePart)
    return `${server}/${repository}/blob/${commit}/${parts.join('/')}${line === 0 ? '' : `#L${line}`}`
  }
}

/** Brackets and stars mean something to Markdown even in an address, and half a character has no code. */
function encodePart(part: string): string {
  const wellFormed = Buffer.from(part).toString()
  return encodeURIComponent(wellFormed).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Something that has a place. */
type Placed = Parameters<typeof formatPlace>[0]

/** A place as Markdown, as a link where there is one. */
export function renderPlace(row: Placed, links: LineLinks): string {
  const text = escapeMarkdown(formatPlace(row))
  const link = links(row.file, row.line)
  return link === undefined ? text : `[${text}](${link})`
}

/** Text as Markdown, the places in it as links. */
export function linkPlaces(text: string, places: readonly Placed[], links: LineLinks): string {
  const known = new Map(places.map((row) => [formatPlace(row), row]))
  const linked = [...known].filter(([, { file, line }]) => links(file, line) !== undefined)
  if (linked.length === 0) return escapeMarkdown(text)
  const names = linked.map(([name]) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const parts = text.split(new RegExp(`(${names.sort((a, b) => b.length - a.length).join('|')})(?!\\d)`))
  return parts
    .map((part, i) => (i % 2 === 1 ? renderPlace(known.get(part)!, links) : escapeMarkdown(part)))
    .join('')
}
