// All rules there are. A new one is a file beside these, and a sick program that it names first.
import type { Rule } from '../rule.ts'
import { awaitHops } from './await-hops.ts'
import { consoleOutput } from './console.ts'
import { deoptLoop } from './deopt-loop.ts'
import { collections } from './gc.ts'
import { httpBody } from './http/body.ts'
import { httpEtag } from './http/etag.ts'
import { eventLoop } from './http/event-loop.ts'
import { httpHeaders } from './http/headers.ts'
import { httpWrites } from './http/writes.ts'
import { jsonAgain } from './json-again.ts'
import { jsonClone } from './json-clone.ts'
import { linearSearch } from './linear-search.ts'
import { megamorphic } from './megamorphic.ts'
import { regularExpression } from './regular-expression.ts'
import { repeatedCall } from './repeated-call.ts'
import { syncIo } from './sync-io.ts'
import { waiting } from './waiting.ts'

export const RULES: readonly Rule[] = [
  jsonClone,
  jsonAgain,
  deoptLoop,
  megamorphic,
  repeatedCall,
  linearSearch,
  consoleOutput,
  syncIo,
  regularExpression,
  awaitHops,
  waiting,
  eventLoop,
  httpBody,
  httpEtag,
  httpHeaders,
  httpWrites,
  collections,
]
