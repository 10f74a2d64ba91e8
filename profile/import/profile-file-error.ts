// What is wrong with a file that cannot be opened.

/** The file cannot be used; the message says where it is wrong. */
export class ProfileFileError extends Error {
  /**
   * `foreign`: it is another kind of file. `malformed`: it is a profile, and broken. `empty`: it is a whole one in which
   * nothing was sampled.
   */
  readonly kind: 'foreign' | 'malformed' | 'empty'

  constructor(kind: ProfileFileError['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProfileFileError'
    this.kind = kind
  }
}
