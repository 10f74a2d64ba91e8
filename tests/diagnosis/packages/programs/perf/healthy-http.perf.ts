// Servers that are fine: a diagnosis has to say nothing of them.
import { http } from 'flamegate'
import { healthy, inParts, plain } from '../http/servers.ts'

http('GET /cart', healthy)
http('POST /add', healthy, { body: { sku: 'a', cents: 100 } })
http('GET /plain', plain)
http('GET /in-parts', inParts, { path: '/wrod42' })
