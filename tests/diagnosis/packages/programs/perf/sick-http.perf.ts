// Servers of known illness: a scenario is named by what a diagnosis has to say first.
import { http } from 'flamegate'
import { bodies, entityTags, headers, ORDER, packing, writes } from '../http/servers.ts'

http('http-body', bodies, { method: 'POST', path: '/count', body: ORDER })
http('http-headers', headers, { path: '/' })
http('http-etag', entityTags, { path: '/page' })
http('http-writes', writes, { path: '/' })
http('sync-io (http)', packing, { path: '/' })
