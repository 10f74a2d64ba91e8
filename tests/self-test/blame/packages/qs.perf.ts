// Scenarios of the package qs.
import { isDeepStrictEqual } from 'node:util'
import { defineSuite, micro } from 'flamegate'
import type * as Qs from 'qs'
import { npmTarget } from './npm-target.ts'

/** What a search form sends: plain values, lists, objects in objects, and text that must be escaped. */
const FILTER = {
  search: 'röntgen & co',
  page: '3',
  sort: ['name', 'price', '-date'],
  filter: {
    price: { from: '10', to: '250.50' },
    colours: ['red', 'light green', 'blue'],
    makers: Array.from({ length: 6 }, (_, i) => ({ name: `maker ${i}`, country: 'de', rating: `${i % 5}` })),
  },
  view: { columns: ['id', 'name', 'price'], dense: 'true' },
}
const DOTTED =
  'a.b.c=1&a.b.d=2&tags=x,y,z&user.name=Ann%20Lee&user.mail=ann%40example.org&ids[]=1&ids[]=2&note=a+b'
const FROM_DOTTED = {
  a: { b: { c: '1', d: '2' } },
  tags: ['x', 'y', 'z'],
  user: { name: 'Ann Lee', mail: 'ann@example.org' },
  ids: ['1', '2'],
  note: 'a b',
}

/** qs as its users meet it: query strings to objects, and back. */
export default defineSuite<typeof Qs>({
  name: 'qs',
  target: npmTarget<typeof Qs>('qs'),
  scenarios: [
    micro({
      id: 'qs/parse.micro',
      setup: (target: typeof Qs) => ({ target, text: target.stringify(FILTER) }),
      op: ({ target, text }) => target.parse(text),
      check(result) {
        if (!isDeepStrictEqual(result, FILTER)) throw new Error('the query was read otherwise')
      },
    }),
    micro({
      id: 'qs/dots.micro',
      setup: (target: typeof Qs) => target,
      op: (target) => target.parse(DOTTED, { allowDots: true, comma: true }),
      check(result) {
        if (!isDeepStrictEqual(result, FROM_DOTTED)) throw new Error('the query was read otherwise')
      },
    }),
    micro({
      id: 'qs/stringify.micro',
      setup: (target: typeof Qs) => ({ target, expected: target.stringify(FILTER) }),
      op: ({ target }) => target.stringify(FILTER),
      check(result, { expected }) {
        if (result !== expected) throw new Error('the query was written otherwise')
      },
    }),
  ],
})
