// Reading a report that some run wrote.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FlamegateError, messageOf } from '../errors.ts'
import { REPORT_VERSION, type Report, reportSchema } from './report.ts'
import { REPORT_UPGRADES } from './report-upgrades.ts'
import { parseVersioned } from './versioned-file.ts'

const HINT = 'name a report.json, or the folder of a run below tmp/perf'

/**
 * Reads a report from its file or its run's folder.
 * @throws FlamegateError 'bad-result-file' when it is missing, no whole JSON, no report, or of another version
 */
export async function readReport(path: string): Promise<Report> {
  const text = await readText(path)
  return parseVersioned(text, reportSchema, {
    path,
    kind: 'report',
    version: REPORT_VERSION,
    code: 'bad-result-file',
    hint: HINT,
    upgrades: REPORT_UPGRADES,
  })
}

async function readText(path: string): Promise<string> {
  try {
    const isFolder = (await stat(path)).isDirectory()
    return await readFile(isFolder ? join(path, 'report.json') : path, 'utf8')
  } catch (cause) {
    const message = `cannot read a report from ${path}: ${messageOf(cause)}`
    throw new FlamegateError('bad-result-file', message, { hint: HINT, cause })
  }
}
