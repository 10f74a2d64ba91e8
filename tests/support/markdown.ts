// A Markdown file of this repository, taken apart as far as its test needs.
import { readFileSync } from 'node:fs'

/** A fenced block. */
export interface Block {
  /** The word behind the fence; empty for none. */
  readonly language: string
  readonly text: string
  /** Of the opening fence, from 1. */
  readonly line: number
  /** The HTML comment right above the fence, without its marks; empty for none. */
  readonly note: string
}

/** What a Markdown file holds. Links and code spans are those of its prose, not of its blocks. */
export interface MarkdownFile {
  readonly blocks: readonly Block[]
  readonly links: readonly string[]
  readonly spans: readonly string[]
  readonly headings: readonly string[]
}

/** @param path of the file, or its URL */
export function readMarkdown(path: string | URL): MarkdownFile {
  return parseMarkdown(readFileSync(path, 'utf8'))
}

/** Takes a text apart: fenced blocks first, then what the prose between them says. */
export function parseMarkdown(text: string): MarkdownFile {
  const { blocks, prose } = separateBlocks(text.split(/\r?\n/))
  const headings = prose.flatMap((line) => /^#{1,6} (.*)$/.exec(line)?.[1] ?? [])
  const joined = prose.join('\n')
  return {
    blocks,
    headings,
    links: [...joined.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!),
    spans: [...joined.matchAll(/`([^`]+)`/g)].map(([, span]) => span!.replaceAll(/\s+/g, ' ')),
  }
}

/** The names by which GitHub lets others link to a file's headings: a second one of the same words ends in `-1`. */
export function anchorsOf({ headings }: Pick<MarkdownFile, 'headings'>): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const heading of headings) {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .replaceAll(/\s/g, '-')
    let name = anchor
    for (let i = 1; anchors.has(name); i++) name = `${anchor}-${i}`
    anchors.add(name)
  }
  return anchors
}

function separateBlocks(lines: readonly string[]): { blocks: Block[]; prose: string[] } {
  const blocks: Block[] = []
  const prose: string[] = []
  for (let i = 0; i < lines.length; i++) {
    const fence = /^\s*```(\S*)/.exec(lines[i]!)
    if (fence === null) {
      prose.push(lines[i]!)
      continue
    }
    const end = lines.findIndex((line, at) => at > i && /^\s*```\s*$/.test(line))
    if (end < 0) throw new Error(`the fence of line ${i + 1} has no end`)
    const note = /^\s*<!--\s*(.*?)\s*-->\s*$/.exec(lines[i - 1] ?? '')?.[1] ?? ''
    blocks.push({ language: fence[1]!, text: lines.slice(i + 1, end).join('\n'), line: i + 1, note })
    i = end
  }
  return { blocks, prose }
}
