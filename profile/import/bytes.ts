// The bytes of a file, whatever they are wrapped in: gzip is unpacked, UTF-16 becomes UTF-8, a byte order mark is left out.
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { ProfileFileError } from './profile-file-error.ts'

/** Bytes piece by piece, as much of them as there is room for. */
export interface ByteSource {
  /** How many bytes were put into the room from `at` on; 0 at the end. */
  read(room: Buffer, at: number): number
  close(): void
}

/** No profile unpacks to more, nor to more times its size. */
const LARGEST_UNPACKED = 2 ** 32 - 1
const MOST_UNPACKED_TIMES = 200
const ALWAYS_UNPACKED = 2 ** 26
const PIECE_BYTES = 1 << 16

/**
 * The content of a file that is open, or of one that was read.
 * @param content a file's path, or a file's content
 * @throws ProfileFileError for a broken archive; Error as `fs.openSync` does
 */
export function openBytes(content: string | Buffer, name: string): ByteSource {
  const source = typeof content === 'string' ? new FileBytes(content) : new BufferBytes(content)
  try {
    const start = Buffer.alloc(3)
    const length = fill(source, start)
    const first = start.subarray(0, length)
    if (first[0] === 0x1f && first[1] === 0x8b) return openBytes(gunzip(readAll(source, first), name), name)
    if (first[0] === 0xff && first[1] === 0xfe)
      return new Utf16Bytes(withStart(source, first.subarray(2)), 'utf-16le')
    if (first[0] === 0xfe && first[1] === 0xff)
      return new Utf16Bytes(withStart(source, first.subarray(2)), 'utf-16be')
    if (first.equals(Buffer.from([0xef, 0xbb, 0xbf]))) return source
    // Without a mark, a text whose second byte is 0 cannot be UTF-8.
    if (first[0] !== 0 && first[1] === 0 && length > 1)
      return new Utf16Bytes(withStart(source, first), 'utf-16le')
    if (first[0] === 0 && first[1] !== 0 && length > 1)
      return new Utf16Bytes(withStart(source, first), 'utf-16be')
    return withStart(source, first)
  } catch (error) {
    source.close()
    throw error
  }
}

/** The first bytes of a source, and a source that has them still. */
export function peekBytes(
  source: ByteSource,
  count: number,
): { readonly start: Buffer; readonly source: ByteSource } {
  const room = Buffer.alloc(count)
  const start = room.subarray(0, fill(source, room))
  return { start, source: withStart(source, start) }
}

/** All that is left of a source, which is closed. */
export function readAll(source: ByteSource, start: Buffer = Buffer.alloc(0)): Buffer {
  const pieces = [start]
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES)
      const length = source.read(piece, 0)
      if (length === 0) return Buffer.concat(pieces)
      pieces.push(piece.subarray(0, length))
    }
  } finally {
    source.close()
  }
}

function gunzip(bytes: Buffer, name: string): Buffer {
  try {
    const most = Math.max(ALWAYS_UNPACKED, MOST_UNPACKED_TIMES * bytes.length)
    return gunzipSync(bytes, { maxOutputLength: Math.min(LARGEST_UNPACKED, most) })
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new ProfileFileError('malformed', `${name} is a broken gzip archive: ${message}`, { cause })
  }
}

/** Puts bytes back that were read already. */
function withStart(source: ByteSource, start: Buffer): ByteSource {
  let given = 0
  return {
    read(room, at) {
      if (given === start.length) return source.read(room, at)
      const length = start.copy(room, at, given)
      given += length
      return length
    },
    close: () => source.close(),
  }
}

function fill(source: ByteSource, room: Buffer): number {
  let length = 0
  while (length < room.length) {
    const got = source.read(room, length)
    if (got === 0) break
    length += got
  }
  return length
}

class FileBytes implements ByteSource {
  readonly #fd: number
  #isOpen = true

  /** @throws Error as `fs.openSync` does, or for a device, which has no end */
  constructor(path: string) {
    const facts = statSync(path)
    if (facts.isCharacterDevice() || facts.isBlockDevice()) throw new Error(`${path} is a device, no file`)
    this.#fd = openSync(path, 'r')
  }

  read(room: Buffer, at: number): number {
    return readSync(this.#fd, room, at, room.length - at, null)
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#fd)
    this.#isOpen = false
  }
}

class BufferBytes implements ByteSource {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  read(room: Buffer, at: number): number {
    const length = this.#bytes.copy(room, at, this.#at)
    this.#at += length
    return length
  }

  close(): void {}
}

/** UTF-16, as PowerShell's `>` writes it, as UTF-8. */
class Utf16Bytes implements ByteSource {
  readonly #source: ByteSource
  readonly #decoder: InstanceType<typeof TextDecoder>
  readonly #piece = Buffer.allocUnsafe(PIECE_BYTES)
  #text: Buffer = Buffer.alloc(0)
  #isOver = false

  constructor(source: ByteSource, encoding: 'utf-16le' | 'utf-16be') {
    this.#source = source
    this.#decoder = new TextDecoder(encoding)
  }

  read(room: Buffer, at: number): number {
    while (this.#text.length === 0) {
      if (this.#isOver) return 0
      const length = this.#source.read(this.#piece, 0)
      this.#isOver = length === 0
      this.#text = Buffer.from(this.#decoder.decode(this.#piece.subarray(0, length), { stream: length > 0 }))
    }
    const length = this.#text.copy(room, at)
    this.#text = this.#text.subarray(length)
    return length
  }

  close(): void {
    this.#source.close()
  }
}
