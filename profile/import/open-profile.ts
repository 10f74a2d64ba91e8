// Any file with profiles in it, of any tool: what it is, is decided by what it holds, never by its name.
import { type ByteSource, openBytes, peekBytes, readAll } from './bytes.ts'
import { type OpenedProfile, readDocument } from './document.ts'
import { ProfileFileError } from './profile-file-error.ts'

/**
 * The profiles of a file in which anything was sampled: V8's `.cpuprofile` of any age, its `.heapprofile`, trace events, and
 * pprof; also inside what the debugging protocol answers, gzipped, or in UTF-16.
 * @param content a file's path, or a file's content
 * @param name what it is called in messages
 * @throws ProfileFileError; Error as `fs.openSync` does
 */
export async function openProfiles(content: string | Buffer, name: string): Promise<OpenedProfile[]> {
  const opened = openBytes(content, name)
  try {
    const { start, source } = peekBytes(opened, 64)
    const profiles = looksLikePprof(start) ? await readPprofFile(source, name) : readDocument(source, name)
    const sampled = profiles.filter(isSampled)
    if (sampled.length === 0) throw new ProfileFileError('empty', `${name}: nothing was sampled`)
    return sampled
  } finally {
    opened.close()
  }
}

/**
 * A message of protocol buffers begins with the tag of a field: of a pprof profile, 1 to 15, most of them with a length. The
 * first is a line break, too; text follows none with a control character.
 */
function looksLikePprof(start: Buffer): boolean {
  const [first, second] = start
  if (first === undefined || second === undefined) return false
  const isJson = /^[ \t\r\n]*[{[]/.test(start.toString('latin1'))
  const field = first >> 3
  const wire = first & 7
  return !isJson && field >= 1 && field <= 15 && (wire === 2 || wire === 0) && first < 0x80
}

async function readPprofFile(source: ByteSource, name: string): Promise<OpenedProfile[]> {
  const { parsePprof } = await import('./pprof.ts')
  return parsePprof(readAll(source), name)
}

function isSampled(opened: OpenedProfile): boolean {
  if (opened.kind === 'cpu') return opened.profile.sampleNode.length > 0
  return opened.heap.selfBytes.some((bytes) => bytes > 0)
}
