// Cookies that answers set, for the requests that follow.
import type { HttpAnswer } from './answer.ts'

/** What a browser would send back to one host: the newest value of each name, unless it has expired by then. */
export class CookieJar {
  readonly #values = new Map<string, string>()

  /** Source: RFC 6265, section 5.2: what follows the first `;` are attributes. Domain and path are not looked at. */
  keep(answer: HttpAnswer, now = Date.now()): void {
    for (const cookie of answer.cookies()) {
      const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim())
      const name = pair.slice(0, Math.max(0, pair.indexOf('='))).trim()
      if (name === '') continue
      if (isExpired(attributes, now)) this.#values.delete(name)
      else this.#values.set(name, pair.slice(pair.indexOf('=') + 1).trim())
    }
  }

  /** `name=value`, in the order in which names first came. */
  list(): string[] {
    return Array.from(this.#values, ([name, value]) => `${name}=${value}`)
  }
}

/** `Max-Age` before `Expires`. */
function isExpired(attributes: readonly string[], now: number): boolean {
  const attributeOf = (name: string) =>
    attributes.findLast((attribute) => attribute.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
  const maxAge = attributeOf('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0
  return Date.parse(attributeOf('expires') ?? '') <= now
}
