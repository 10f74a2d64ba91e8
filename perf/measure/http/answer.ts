// Reading answers of HTTP/1.1 servers, byte by byte as far as needed to know where they end.

/** A whole answer. Its body is read only where it is asked for. */
export interface HttpAnswer {
  readonly status: number
  /** Values of `Set-Cookie`, in order. */
  cookies(): string[]
  /** Of a body of more than a megabyte, the beginning. */
  text(): string
  /** @throws SyntaxError where the body is no JSON */
  json(): unknown
}

/** What a head says of the rest of the answer, and of the connection. */
interface Head {
  /** All of it, up to the empty line. */
  readonly text: string
  readonly status: number
  readonly fields: Fields
  readonly body: 'chunked' | 'until-close' | { readonly bytes: number }
  /** Whether the server closes the connection after this answer. */
  readonly isLast: boolean
  /** How long the server keeps an idle connection, as far as it says so, ms. */
  readonly idleMs: number
}

const NOTHING = Buffer.alloc(0)
const LINE_END = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')
/** Node's own client takes 16 KiB. */
const LONGEST_HEAD = 65_536
/** Of a body without end, what is kept to be looked at. */
const MOST_KEPT = 1_048_576
const START = 'HTTP/1.'

type State =
  | 'head'
  | 'body'
  | 'until-close'
  | 'chunk-size'
  | 'chunk'
  | 'chunk-end'
  | 'trailers'
  | 'whole'
  | 'ended'

/**
 * Reads one answer after the other from what a connection brings.
 * Source: RFC 9112, sections 6.3 (where a body ends) and 7.1 (chunks and trailers); RFC 9110, section 15.2 (1xx).
 */
export class AnswerReader {
  #state: State = 'whole'
  #method = ''
  #bytes: Buffer = NOTHING
  #at = 0
  #left = 0
  #head: Head | undefined
  #body: Buffer[] = []
  #kept = 0

  /** What comes from now on answers a request by this method. */
  begin(method: string): void {
    this.#state = 'head'
    this.#method = method
    this.#bytes = NOTHING
    this.#at = 0
    this.#body = []
    this.#kept = 0
  }

  /** Whether there may be a next answer on the connection: this one does not end it, and nothing came after it. */
  get isReusable(): boolean {
    return this.#state === 'whole' && this.#head?.isLast === false && this.#at === this.#bytes.length
  }

  /** How long the server keeps an idle connection, ms; infinite where it does not say. */
  get idleMs(): number {
    return this.#head?.idleMs ?? Number.POSITIVE_INFINITY
  }

  /** The answer, once it is whole. @throws Error when that is none of HTTP/1.1 */
  push(chunk: Buffer): HttpAnswer | undefined {
    this.#bytes =
      this.#at === this.#bytes.length ? chunk : Buffer.concat([this.#bytes.subarray(this.#at), chunk])
    this.#at = 0
    while (this.#step());
    return this.#answer()
  }

  /** The answer, where it is whole because the connection has ended. */
  end(): HttpAnswer | undefined {
    if (this.#state === 'until-close') this.#state = 'ended'
    return this.#answer()
  }

  #answer(): HttpAnswer | undefined {
    const isWhole = this.#state === 'whole' || this.#state === 'ended'
    // A connection may end before anything was asked on it.
    if (!isWhole || this.#head === undefined) return undefined
    const { fields, status } = this.#head
    const body = this.#body
    const text = () => Buffer.concat(body).toString('utf8')
    return {
      status,
      cookies: () => fields.get('set-cookie') ?? [],
      text,
      json: () => JSON.parse(text()),
    }
  }

  /** Whether there is more to be read from the bytes at hand. */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead()
      case 'body':
        return this.#readBytes('whole')
      case 'chunk':
        return this.#readBytes('chunk-end')
      case 'until-close':
        this.#left = Number.POSITIVE_INFINITY
        return this.#readBytes('ended')
      case 'chunk-size':
        return this.#readChunkSize()
      case 'chunk-end':
        return this.#expectEmptyLine()
      case 'trailers':
        return this.#readTrailer()
      case 'whole':
      case 'ended':
        return false
      default:
        return this.#state satisfies never
    }
  }

  #readHead(): boolean {
    const end = this.#bytes.indexOf(HEAD_END, this.#at)
    if (end < 0) return this.#refuseNoHead()
    const text = this.#bytes.toString('latin1', this.#at, end)
    this.#at = end + HEAD_END.length
    // Most answers of a second have the same head, to the letter.
    const head = this.#head?.text === text ? this.#head : parseHead(text)
    const { status, body } = head
    this.#head = head
    if (status === 101) throw new Error('the server has switched to another protocol')
    if (status < 200) return true
    if (this.#method === 'HEAD' || status === 204 || status === 304) this.#state = 'whole'
    else if (body === 'chunked') this.#state = 'chunk-size'
    else if (body === 'until-close') this.#state = 'until-close'
    else {
      this.#left = body.bytes
      this.#state = body.bytes === 0 ? 'whole' : 'body'
    }
    return true
  }

  /** Nothing that can become a head is waited for. */
  #refuseNoHead(): false {
    const begun = this.#bytes.toString('latin1', this.#at, this.#at + START.length)
    const length = this.#bytes.length - this.#at
    if (!START.startsWith(begun))
      throw new Error(`the server does not speak HTTP/1.1: ${JSON.stringify(begun)}`)
    if (length > LONGEST_HEAD) throw new Error(`the head of an answer is longer than ${LONGEST_HEAD} bytes`)
    return false
  }

  #readBytes(next: State): boolean {
    const end = Math.min(this.#bytes.length, this.#at + this.#left)
    if (end > this.#at && this.#kept < MOST_KEPT) this.#body.push(this.#bytes.subarray(this.#at, end))
    this.#kept += end - this.#at
    this.#left -= end - this.#at
    this.#at = end
    if (this.#left > 0) return false
    this.#state = next
    return true
  }

  #readChunkSize(): boolean {
    const line = this.#readLine()
    if (line === undefined) return false
    const size = /^([0-9a-f]+)[\t ]*(?:;.*)?$/i.exec(line)?.[1]
    if (size === undefined) throw new Error(`a chunk has no size: ${JSON.stringify(line.slice(0, 40))}`)
    this.#left = Number.parseInt(size, 16)
    this.#state = this.#left === 0 ? 'trailers' : 'chunk'
    return true
  }

  #expectEmptyLine(): boolean {
    const line = this.#readLine()
    if (line === undefined) return false
    if (line !== '') throw new Error('a chunk is longer than its size')
    this.#state = 'chunk-size'
    return true
  }

  #readTrailer(): boolean {
    const line = this.#readLine()
    if (line === '') this.#state = 'whole'
    return line !== undefined
  }

  #readLine(): string | undefined {
    const end = this.#bytes.indexOf(LINE_END, this.#at)
    if (end < 0) {
      if (this.#bytes.length - this.#at > LONGEST_HEAD) throw new Error('a line of an answer never ends')
      return undefined
    }
    const line = this.#bytes.toString('latin1', this.#at, end)
    this.#at = end + LINE_END.length
    return line
  }
}

/** Values by name in lower case, in their order. */
type Fields = ReadonlyMap<string, string[]>

function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const [, minor, status] = /^HTTP\/1\.(\d) (\d{3})(?: |$)/.exec(first) ?? []
  if (status === undefined) {
    throw new Error(`the server does not speak HTTP/1.1: ${JSON.stringify(first.slice(0, 40))}`)
  }
  const fields = parseFields(lines)
  const body = bodyOf(fields)
  const connection = tokensOf(fields, 'connection')
  const isKept = minor === '0' ? connection.includes('keep-alive') : !connection.includes('close')
  const idle = /timeout=(\d+)/i.exec(fields.get('keep-alive')?.[0] ?? '')?.[1]
  return {
    text,
    status: Number(status),
    fields,
    body,
    isLast: !isKept,
    idleMs: idle === undefined ? Number.POSITIVE_INFINITY : Number(idle) * 1000,
  }
}

function parseFields(lines: readonly string[]): Fields {
  const fields = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const known = fields.get(name)
    if (known === undefined) fields.set(name, [value])
    else known.push(value)
  }
  return fields
}

/** What a list holds, in lower case: `keep-alive, Upgrade`. */
function tokensOf(fields: Fields, name: string): string[] {
  return (fields.get(name) ?? []).flatMap((value) => value.toLowerCase().split(/\s*,\s*/))
}

function bodyOf(fields: Fields): Head['body'] {
  const codings = tokensOf(fields, 'transfer-encoding')
  if (codings.length > 0) return codings.at(-1) === 'chunked' ? 'chunked' : 'until-close'
  const lengths = new Set(tokensOf(fields, 'content-length'))
  if (lengths.size === 0) return 'until-close'
  const [length] = lengths
  if (lengths.size > 1 || !/^\d+$/.test(length!))
    throw new Error(`an answer's body has ${[...lengths].join(' and ')} bytes`)
  return { bytes: Number(length) }
}
