// What is known of the code of a file's functions, however it was read.
import type { SourceFunction } from '../source-functions.ts'
import type { Token } from './tokens.ts'

/** The code of a file, function by function. What functions inside a function say is theirs alone. */
export interface FileCode {
  /** In order of place; none for a function that is not in this file. */
  tokensOf(fn: SourceFunction): readonly Token[]
  /** A text that is the same for the same code under whatever name, comments, layout and types. */
  textOf(fn: SourceFunction): string
  /** In no order. */
  mentionsOf(fn: SourceFunction): readonly Mention[]
  /** The variables that a module defines on its top level, with a text that is the same for the same definition. */
  readonly definitions: ReadonlyMap<string, string>
}

/** A place that names a function or variable, or a property that may hold one. */
export interface Mention {
  readonly name: string
  /** Where the name stands. */
  readonly offset: number
  readonly use: MentionUse
}

/** What is done with what is named. One that is read may be handed on, or be a getter; one that is written, a setter. */
export type MentionUse = 'call' | 'read' | 'write' | 'read and write'
