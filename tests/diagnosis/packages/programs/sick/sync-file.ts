// Reads a file from the disk, waiting for it, every time it is needed.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TEMPLATE = fileURLToPath(import.meta.url)

export function renderPage(title: string): string {
  const template = readFileSync(TEMPLATE, 'utf8')
  return template.replace('TITLE', title)
}
