import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FlamegateError, messageOf } from './errors.ts'
import { REPORT_VERSION, type Report, reportSchema } from './result-file.ts'

/**
 * Reads a report from its file or its run's folder.
 * @throws FlamegateError 'bad-result-file' when it is missing, no whole JSON, no report, or of another version
 */
export async function readReport(path: string): Promise<Report> {
  let content: unknown
  try {
    const isFolder = (await stat(path)).isDirectory()
    content = JSON.parse(await readFile(isFolder ? join(path, 'report.json') : path, 'utf8'))
  } catch (cause) {
    throw new FlamegateError('bad-result-file', `cannot read a report from ${path}: ${messageOf(cause)}`, {
      hint: 'name a report.json, or the folder of a run below tmp/perf',
      cause,
    })
  }
  const version = (content as { schemaVersion?: unknown } | null)?.schemaVersion
  if (typeof version === 'number' && version > REPORT_VERSION) {
    throw new FlamegateError(
      'bad-result-file',
      `${path} is of version ${version}; this flamegate reads ${REPORT_VERSION}`,
      {
        hint: 'update flamegate',
      },
    )
  }
  const parsed = reportSchema.safeParse(content)
  if (parsed.success) return parsed.data
  throw new FlamegateError('bad-result-file', `${path} is no report: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  })
}
