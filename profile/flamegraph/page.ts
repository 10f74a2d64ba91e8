// The page: one HTML file with the viewer and its graphs in it.
import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { readViewer } from './built-viewer.ts'
import { encodeGraph, type Graph } from './data.ts'
import { shareTexts } from './texts.ts'

/** A page to be. */
export interface Page {
  readonly title: string
  /** The first one is shown first. */
  readonly graphs: readonly Graph[]
  /** The report of a run, which the page then shows; without it, the profiles alone. */
  readonly data?: unknown
}

/**
 * One HTML file that needs nothing else: viewer, style and data inside. What profiles say is data from end to end: it
 * travels as compressed bytes and is drawn as text; the page's Content-Security-Policy allows its own script by hash and
 * nothing else, no network included.
 * @throws ViewerMissingError where the viewer was never bundled
 */
export async function renderPage({ title, graphs, data }: Page): Promise<string> {
  const { script, style } = await readViewer()
  const shared = shareTexts(graphs)
  const policy = `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<noscript>This page draws with JavaScript.</noscript>
${data === undefined ? '' : renderData('data', data)}
${renderData('texts', shared.texts)}
${shared.graphs.map(renderGraph).join('\n')}
<script type="module">${script}</script>
</body>
</html>
`
}

function renderData(className: string, data: unknown): string {
  return `<script type="text/plain" class="${className}">${pack(Buffer.from(JSON.stringify(data)))}</script>`
}

function renderGraph(graph: Graph): string {
  return `<script type="text/plain" class="graph" data-id="${escapeHtml(graph.id)}">${pack(encodeGraph(graph))}</script>`
}

function pack(bytes: Uint8Array): string {
  return deflateRawSync(bytes, { level: 6 }).toString('base64')
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** Latin 1 alone, as the whole page is: for one letter beyond it a browser keeps the whole page in two bytes a letter, and has it later. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\u{100}-\u{10ffff}]/gu, (character) => `&#${character.codePointAt(0)};`)
}
