// Reading JSON of any size byte by byte.
import type { Id } from '../model/columns.ts'
import type { ByteSource } from './bytes.ts'
import { parseLoosely } from './loose-json.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const COMMA = 0x2c
const DOT = 0x2e
const WORDS = ['true', 'false', 'null', 'undefined', 'NaN', 'Infinity']
/** No number of a profile is longer; a token never straddles two refills. */
const LONGEST_NUMBER = 32
/** More digits are more than a number holds exactly. */
const EXACT_DIGITS = 15
/** Numbers that are handed on at once. */
const BATCH = 1024
/** FNV-1a, 32 bits. Source: Fowler, Noll and Vo 1991. */
const FIRST_HASH = 0x811c9dc5
const HASH_FACTOR = 0x01000193
/** Names of members longer than this are not remembered. */
const LONGEST_KEY = 31
/** Nesting that no file has a use for; deeper ones are attacks on the stack. */
const DEEPEST = 500

/** The text is not the JSON that the reader was told to expect. */
export class JsonBytesError extends Error {}

/** Bytes in a buffer that is used again. */
export interface ByteSpan {
  buffer: Buffer
  start: number
  end: number
  hash: number
}

/**
 * Reads a JSON file piece by piece, without ever holding more than a piece of it: a file may be larger than V8's longest
 * string. The caller asks for what it expects next; everything else is skipped unread.
 * Grammar: RFC 8259. Strings are UTF-8.
 */
export class JsonBytes {
  readonly #source: ByteSource
  #buffer: Buffer
  #at = 0
  #end = 0
  #read = 0
  #depth = 0
  #isAtEnd = false
  readonly #keys: (string | undefined)[] = []
  readonly #batch = new Float64Array(BATCH)
  readonly #span: ByteSpan = { buffer: Buffer.alloc(0), start: 0, end: 0, hash: 0 }

  /** @param source is read as it is needed, and never closed here */
  constructor(source: ByteSource, pieceBytes = 1 << 20) {
    this.#source = source
    this.#buffer = Buffer.allocUnsafe(pieceBytes)
  }

  /** Bytes of the file before the present one. */
  get offset(): number {
    return this.#read - (this.#end - this.#at)
  }

  /** Whether the file has nothing more to read, however little of it was understood. */
  get isAtEnd(): boolean {
    return this.#isAtEnd
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
    this.#enter()
    for (let key = this.nextKey(true); key !== undefined; key = this.nextKey(false)) onKey(key)
    this.#depth--
  }

  /**
   * The name of the next member of an object whose brace is consumed, up to its value; undefined at the object's end, which is
   * consumed. For those who keep track of where they are themselves; nothing limits how deep they go.
   */
  nextKey(isFirst: boolean): string | undefined {
    if (this.take(0x7d)) return undefined
    if (!isFirst) this.expect(COMMA)
    const key = this.#readKey()
    this.expect(0x3a)
    return key
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

  /** As {@link readArray}; false for a value that is no array, which is skipped. */
  readArrayIfAny(onItem: () => void): boolean {
    if (this.peek() === 0x5b) {
      this.readArray(onItem)
      return true
    }
    this.skip()
    return false
  }

  /**
   * The numbers of the array that comes next, many at a time; NaN for what is none.
   * @param onNumbers is given a list and how many of it count; the list is used again
   * @returns false for a value that is no array, which is skipped
   */
  readNumbers(onNumbers: (values: Float64Array, count: number) => void): boolean {
    return this.#readList(onNumbers, () => {
      this.#batch[0] = this.readNumeric()
      onNumbers(this.#batch, 1)
    })
  }

  /** As {@link readNumbers}, for what nodes are told by; those that are no exact numbers one by one. */
  readIds(onNumbers: (values: Float64Array, count: number) => void, onOther: (id: Id) => void): boolean {
    return this.#readList(onNumbers, () => onOther(this.readId()))
  }

  #readList(onNumbers: (values: Float64Array, count: number) => void, readOther: () => void): boolean {
    if (this.peek() !== 0x5b) {
      this.skip()
      return false
    }
    this.expect(0x5b)
    if (this.take(0x5d)) return true
    do {
      const count = this.#readPlainNumbers()
      if (count > 0) onNumbers(this.#batch, count)
      readOther()
    } while (this.take(COMMA))
    this.expect(0x5d)
    return true
  }

  /** As many `digits,` in a row as the piece at hand and the batch have room for, without a call for each byte. */
  #readPlainNumbers(): number {
    const buffer = this.#buffer
    const batch = this.#batch
    const end = this.#end - LONGEST_NUMBER
    let at = this.#at
    let count = 0
    while (at < end && count < batch.length) {
      let next = at
      const isNegative = buffer[next] === MINUS
      if (isNegative) next++
      const start = next
      let value = 0
      let digit = buffer[next]! - ZERO
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit
        digit = buffer[++next]! - ZERO
      }
      let scale = 1
      if (buffer[next] === DOT) {
        digit = buffer[++next]! - ZERO
        while (digit >= 0 && digit <= 9) {
          value = value * 10 + digit
          scale *= 10
          digit = buffer[++next]! - ZERO
        }
      }
      if (next === start || next - start > EXACT_DIGITS || buffer[next] !== COMMA) break
      batch[count++] = (isNegative ? -value : value) / scale
      at = next + 1
    }
    this.#at = at
    return count
  }

  /**
   * The bytes of the object that comes next, from brace to brace; valid until the next call.
   * @throws JsonBytesError when no object comes, or the file ends inside it
   */
  objectBytes(): Buffer {
    const span = this.scanObject()
    return span.buffer.subarray(span.start, span.end)
  }

  /**
   * Where the object that comes next is, with a hash of its bytes; valid until the next call.
   * @throws as {@link objectBytes} does
   */
  scanObject(): Readonly<ByteSpan> {
    if (this.peek() !== 0x7b) throw this.#unexpected(this.peek(), "'{'")
    let length = 0
    let depth = 0
    let isString = false
    let hash = FIRST_HASH
    for (;;) {
      const buffer = this.#buffer
      let at = this.#at + length
      const end = this.#end
      while (at < end) {
        const byte = buffer[at++]!
        hash = Math.imul(hash ^ byte, HASH_FACTOR)
        if (byte === QUOTE) isString = !isString
        else if (byte === BACKSLASH) at++
        else if (isString) continue
        else if (byte === 0x7b) depth++
        else if (byte === 0x7d && --depth === 0) return this.#spanTo(at, hash)
      }
      length = at - this.#at
      if (!this.#refill()) throw this.#unexpected(-1, 'the end of an object')
    }
  }

  #spanTo(end: number, hash: number): Readonly<ByteSpan> {
    const span = this.#span
    span.buffer = this.#buffer
    span.start = this.#at
    span.end = end
    span.hash = hash
    this.#at = end
    return span
  }

  /** The name of a member: the same few again and again, so the last ones of their kind are remembered. */
  #readKey(): string {
    this.expect(QUOTE)
    const buffer = this.#buffer
    const start = this.#at
    let end = start
    while (end < this.#end && buffer[end] !== QUOTE && buffer[end] !== BACKSLASH) end++
    const length = end - start
    // One that is long, or not whole in this piece, is no name that is known.
    if (end >= this.#end || buffer[end] === BACKSLASH || length > LONGEST_KEY)
      return decode(this.#restOfString(), this)
    this.#at = end + 1
    const slot = (length << 3) | (buffer[start]! & 7)
    const known = this.#keys[slot]
    if (known !== undefined && isText(buffer, start, length, known)) return known
    const text = buffer.toString('utf8', start, end)
    this.#keys[slot] = text
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
    return this.#restOfString()
  }

  #restOfString(): Buffer {
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

  /** Any value as a number: one in quotes, too; NaN for what is none, and for what is beyond all numbers. */
  readNumeric(): number {
    const byte = this.peek()
    if (byte === QUOTE) {
      const text = this.readString()
      return text.trim() === '' ? Number.NaN : finite(Number(text))
    }
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return finite(this.readNumber())
    this.skip()
    return Number.NaN
  }

  /** What a node is told by: a number, or its text where a number would not be exact; NaN for what is neither. */
  readId(): Id {
    const byte = this.peek()
    if (byte === QUOTE) {
      const text = this.readString()
      return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text
    }
    if (byte < ZERO || byte > NINE) return this.readNumeric()
    if (this.#end - this.#at < LONGEST_NUMBER) this.#refill()
    let next = this.#at
    while (next < this.#end && this.#buffer[next]! >= ZERO && this.#buffer[next]! <= NINE) next++
    if (next - this.#at <= EXACT_DIGITS || next - this.#at >= LONGEST_NUMBER) return this.readNumeric()
    const text = this.#buffer.toString('latin1', this.#at, next)
    this.#at = next
    return text
  }

  /** Any value as text; empty for what is no text and no number. */
  readText(): string {
    const byte = this.peek()
    if (byte === QUOTE) return this.readString()
    const value = this.readNumeric()
    return Number.isNaN(value) ? '' : String(value)
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

  /** Consumes any value, however deep, and tells nothing of it. */
  skip(): void {
    const byte = this.peek()
    if (byte === 0x7b || byte === 0x5b) this.#skipNested()
    else if (byte === QUOTE) this.stringBytes()
    else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) this.readNumber()
    else this.#skipWord()
  }

  /** What stands between two brackets is not looked at, but for strings, which may have brackets in them. */
  #skipNested(): void {
    let depth = 0
    do {
      const byte = this.peek()
      if (byte === QUOTE) {
        this.stringBytes()
        continue
      }
      if (byte < 0) throw this.#unexpected(-1, depth === 0 ? 'a value' : 'the end of a value')
      if (byte === 0x7b || byte === 0x5b) depth++
      else if (byte === 0x7d || byte === 0x5d) depth--
      this.#at++
    } while (depth > 0)
  }

  #readFraction(): number {
    let at = this.#at
    while (at < this.#end && isOfNumber(this.#buffer[at]!)) at++
    const text = this.#buffer.toString('latin1', this.#at, at)
    const value = Number(text)
    if (text === '' || Number.isNaN(value)) {
      // What Python and C write where there is no number.
      if (text !== '-') throw this.#unexpected(this.peek(), 'a number')
      this.#at = at
      this.#skipWord()
      return Number.NaN
    }
    this.#at = at
    return value
  }

  #skipWord(): void {
    if (this.#end - this.#at < LONGEST_NUMBER) this.#refill()
    const text = this.#buffer.toString('latin1', this.#at, Math.min(this.#end, this.#at + LONGEST_NUMBER))
    const word = WORDS.find((candidate) => text.startsWith(candidate))
    if (word === undefined) throw this.#unexpected(this.peek(), 'a value')
    this.#at += word.length
  }

  /** Moves what is left to the front and reads on; false when the file has no more. A longer token gets more room. */
  #refill(): boolean {
    const left = this.#end - this.#at
    if (left === this.#buffer.length) {
      this.#buffer = Buffer.concat([this.#buffer, Buffer.allocUnsafe(this.#buffer.length)])
    } else if (this.#at > 0) {
      this.#buffer.copyWithin(0, this.#at, this.#end)
    }
    this.#at = 0
    this.#end = left
    const got = this.#source.read(this.#buffer, left)
    this.#end += got
    this.#read += got
    this.#isAtEnd = got === 0
    return got > 0
  }

  #unexpected(byte: number, wanted: string): JsonBytesError {
    const found = byte < 0 ? 'the end of the file' : `'${String.fromCharCode(byte)}'`
    return new JsonBytesError(`expected ${wanted} at byte ${this.offset}, found ${found}`)
  }
}

function decode(bytes: Buffer, { offset }: { readonly offset: number }): string {
  if (!bytes.includes(BACKSLASH)) return bytes.toString('utf8')
  const value = parseLoosely(`"${bytes.toString('utf8')}"`)
  if (typeof value !== 'string') throw new JsonBytesError(`malformed string before byte ${offset}`)
  return value
}

/** Whether bytes are that ASCII text. */
function isText(buffer: Buffer, start: number, length: number, text: string): boolean {
  if (length !== text.length) return false
  for (let i = 0; i < length; i++) if (buffer[start + i] !== text.charCodeAt(i)) return false
  return true
}

function isFractional(byte: number | undefined): boolean {
  return byte === 0x2e || byte === 0x65 || byte === 0x45
}

function isOfNumber(byte: number): boolean {
  // Digits, signs, the dot and the exponent.
  return (
    (byte >= ZERO && byte <= NINE) ||
    byte === 0x2b ||
    byte === MINUS ||
    byte === DOT ||
    (byte | 0x20) === 0x65
  )
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}
