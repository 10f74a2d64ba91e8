// Reading JSON of any size byte by byte.
import { closeSync, openSync, readSync } from 'node:fs'
import type { IntColumn } from '../model/columns.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const ZERO = 0x30
const COMMA = 0x2c
/** No number of a profile is longer; a token never straddles two refills. */
const LONGEST_NUMBER = 32
const LARGEST_INT = 0x7fffffff
/** Names of members longer than this are not remembered. */
const LONGEST_KEY = 31
/** Nesting that no file has a use for; deeper ones are attacks on the stack. */
const DEEPEST = 500

/** The text is not the JSON that the reader was told to expect. */
export class JsonBytesError extends Error {}

/**
 * Reads a JSON file piece by piece, without ever holding more than a piece of it: a file may be larger than V8's longest
 * string. The caller asks for what it expects next; everything else is skipped unread.
 * Grammar: RFC 8259. Strings are UTF-8.
 */
export class JsonBytes {
  readonly #fd: number | undefined
  #buffer: Buffer
  #at = 0
  #end = 0
  #read = 0
  #depth = 0
  readonly #keys: (string | undefined)[] = []

  /** @param source a file's path, or its content. @throws Error as `fs.openSync` does */
  constructor(source: string | Buffer, pieceBytes = 1 << 20) {
    if (typeof source === 'string') {
      this.#fd = openSync(source, 'r')
      this.#buffer = Buffer.allocUnsafe(pieceBytes)
    } else {
      this.#buffer = source
      this.#end = source.length
      this.#read = source.length
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
  }

  /** Bytes of the file before the present one. */
  get offset(): number {
    return this.#read - (this.#end - this.#at)
  }

  /** The next byte that is no white space, not consumed; -1 at the end of the file. */
  peek(): number {
    for (;;) {
      while (this.#at < this.#end) {
        const byte = this.#buffer[this.#at]!
        if (byte > 0x20) return byte
        this.#at++
      }
      if (!this.#refill()) return -1
    }
  }

  /** Consumes that punctuation. @throws JsonBytesError when something else comes */
  expect(byte: number): void {
    const found = this.peek()
    if (found !== byte) throw this.#unexpected(found, `'${String.fromCharCode(byte)}'`)
    this.#at++
  }

  /** Consumes that punctuation when it comes next. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false
    this.#at++
    return true
  }

  /** Calls `onKey` for each member of the object that comes next; it must consume or skip the value. */
  readObject(onKey: (key: string) => void): void {
    this.expect(0x7b)
    if (this.take(0x7d)) return
    this.#enter()
    do {
      const key = this.#readKey()
      this.expect(0x3a)
      onKey(key)
    } while (this.take(COMMA))
    this.#depth--
    this.expect(0x7d)
  }

  /** Calls `onItem` for each item of the array that comes next; it must consume or skip it. */
  readArray(onItem: () => void): void {
    this.expect(0x5b)
    if (this.take(0x5d)) return
    this.#enter()
    do onItem()
    while (this.take(COMMA))
    this.#depth--
    this.expect(0x5d)
  }

  /** Appends the whole numbers of the array that comes next. @throws JsonBytesError for one beyond 32 bits */
  readInts(column: IntColumn): void {
    this.expect(0x5b)
    if (this.take(0x5d)) return
    do {
      this.#readPlainInts(column)
      const value = Math.round(this.readNumber())
      if (Math.abs(value) > LARGEST_INT) throw new JsonBytesError(`${value} is beyond 32 bits`)
      column.push(value)
    } while (this.take(COMMA))
    this.expect(0x5d)
  }

  /** As many `digits,` in a row as the piece at hand has, without a call for each byte. */
  #readPlainInts(column: IntColumn): void {
    const buffer = this.#buffer
    const end = this.#end - LONGEST_NUMBER
    let at = this.#at
    while (at < end) {
      let next = at
      const isNegative = buffer[next] === MINUS
      if (isNegative) next++
      const start = next
      let value = 0
      for (let digit = buffer[next]! - ZERO; digit >= 0 && digit <= 9; digit = buffer[next]! - ZERO) {
        value = value * 10 + digit
        next++
      }
      if (next === start || next - start > 9 || buffer[next] !== COMMA) break
      column.push(isNegative ? -value : value)
      at = next + 1
    }
    this.#at = at
  }

  /**
   * The bytes of the object that comes next, from brace to brace; valid until the next call.
   * @throws JsonBytesError when no object comes, or the file ends inside it
   */
  objectBytes(): Buffer {
    if (this.peek() !== 0x7b) throw this.#unexpected(this.peek(), "'{'")
    let length = 1
    let depth = 1
    let isString = false
    for (;;) {
      const buffer = this.#buffer
      while (this.#at + length < this.#end) {
        const byte = buffer[this.#at + length]!
        length++
        if (isString) {
          if (byte === BACKSLASH) length++
          else if (byte === QUOTE) isString = false
        } else if (byte === QUOTE) {
          isString = true
        } else if (byte === 0x7b) {
          depth++
        } else if (byte === 0x7d && --depth === 0) {
          const bytes = buffer.subarray(this.#at, this.#at + length)
          this.#at += length
          return bytes
        }
      }
      if (!this.#refill()) throw this.#unexpected(-1, 'the end of an object')
    }
  }

  /** The name of a member: the same few again and again, so the last ones of their kind are remembered. */
  #readKey(): string {
    const bytes = this.stringBytes()
    const slot = ((bytes.length & LONGEST_KEY) << 3) | (bytes[0]! & 7)
    const known = this.#keys[slot]
    if (known !== undefined && isText(bytes, known)) return known
    const text = decode(bytes, this)
    if (bytes.length <= LONGEST_KEY) this.#keys[slot] = text
    return text
  }

  #enter(): void {
    if (++this.#depth > DEEPEST)
      throw new JsonBytesError(`nested deeper than ${DEEPEST} at byte ${this.offset}`)
  }

  readString(): string {
    return decode(this.stringBytes(), this)
  }

  /** The bytes between the quotes, as they stand; valid until the next call. */
  stringBytes(): Buffer {
    this.expect(QUOTE)
    let length = 0
    for (;;) {
      while (this.#at + length < this.#end) {
        const byte = this.#buffer[this.#at + length]!
        if (byte === QUOTE) {
          const bytes = this.#buffer.subarray(this.#at, this.#at + length)
          this.#at += length + 1
          return bytes
        }
        length += byte === BACKSLASH ? 2 : 1
      }
      if (!this.#refill()) throw this.#unexpected(-1, 'the end of a string')
    }
  }

  readNumber(): number {
    this.peek()
    if (this.#end - this.#at < LONGEST_NUMBER) this.#refill()
    const buffer = this.#buffer
    let at = this.#at
    const isNegative = buffer[at] === MINUS
    if (isNegative) at++
    const start = at
    let value = 0
    for (
      let digit = (buffer[at] ?? 0) - ZERO;
      at < this.#end && digit >= 0 && digit <= 9;
      digit = (buffer[at] ?? 0) - ZERO
    ) {
      value = value * 10 + digit
      at++
    }
    if (at === start || isFractional(buffer[at])) return this.#readFraction()
    this.#at = at
    return isNegative ? -value : value
  }

  /** Consumes any value, and tells nothing of it. */
  skip(): void {
    const byte = this.peek()
    if (byte === 0x7b) this.readObject(() => this.skip())
    else if (byte === 0x5b) this.readArray(() => this.skip())
    else if (byte === QUOTE) this.stringBytes()
    else if (byte === MINUS || (byte >= ZERO && byte <= 0x39)) this.readNumber()
    else this.#skipWord()
  }

  #readFraction(): number {
    let at = this.#at
    while (at < this.#end && /[-+.\deE]/.test(String.fromCharCode(this.#buffer[at]!))) at++
    const text = this.#buffer.toString('latin1', this.#at, at)
    const value = Number(text)
    if (text === '' || Number.isNaN(value)) throw this.#unexpected(this.peek(), 'a number')
    this.#at = at
    return value
  }

  #skipWord(): void {
    if (this.#end - this.#at < LONGEST_NUMBER) this.#refill()
    const word = ['true', 'false', 'null'].find(
      (candidate) => this.#buffer.toString('latin1', this.#at, this.#at + candidate.length) === candidate,
    )
    if (word === undefined) throw this.#unexpected(this.peek(), 'a value')
    this.#at += word.length
  }

  /** Moves what is left to the front and reads on; false when the file has no more. A longer token gets more room. */
  #refill(): boolean {
    if (this.#fd === undefined) return false
    const left = this.#end - this.#at
    if (left === this.#buffer.length) {
      this.#buffer = Buffer.concat([this.#buffer, Buffer.allocUnsafe(this.#buffer.length)])
    } else if (this.#at > 0) {
      this.#buffer.copyWithin(0, this.#at, this.#end)
    }
    this.#at = 0
    this.#end = left
    const got = readSync(this.#fd, this.#buffer, left, this.#buffer.length - left, null)
    this.#end += got
    this.#read += got
    return got > 0
  }

  #unexpected(byte: number, wanted: string): JsonBytesError {
    const found = byte < 0 ? 'the end of the file' : `'${String.fromCharCode(byte)}'`
    return new JsonBytesError(`expected ${wanted} at byte ${this.offset}, found ${found}`)
  }
}

function decode(bytes: Buffer, { offset }: { readonly offset: number }): string {
  if (!bytes.includes(BACKSLASH)) return bytes.toString('utf8')
  try {
    return JSON.parse(`"${bytes.toString('utf8')}"`) as string
  } catch {
    throw new JsonBytesError(`malformed string before byte ${offset}`)
  }
}

/** Whether bytes are that ASCII text. */
function isText(bytes: Buffer, text: string): boolean {
  if (bytes.length !== text.length) return false
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false
  return true
}

function isFractional(byte: number | undefined): boolean {
  return byte === 0x2e || byte === 0x65 || byte === 0x45
}
