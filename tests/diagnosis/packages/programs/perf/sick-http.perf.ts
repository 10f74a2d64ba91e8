// Servers of known illness: a scenario is named by what a diagnosis has to say first.
import { http } from 'flamegate'
import { blocking, bodies, entityTags, headers, ORDER, packing, writes } from '../http/servers.ts'

http('event-loop', blocking, { path: '/wrod42' })
http('http-body', bodies, { method: 'POST', path: '/count', body: ORDER })
http('http-headers', headers, { path: '/' })
http('http-etag', entityTags, { path: '/page' })
http('http-writes', writes, { path: '/' })
http('sync-io (http)', packing, { path: '/' })
