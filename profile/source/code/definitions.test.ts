import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Definitions } from './definitions.ts'

const TEXT = `@Injectable()
export class Cart<T extends Item> {
  constructor(private readonly items: T[]) { super(name(1)) }
  private async total(rate = 1): Promise<{ cents: number }> { return totalOf(this.items, rate) }
  get size(): number { return this.items.length }
  twice() { return 1 }
}
class Other { twice(): number { return 2 } }
export async function* totalOf<T>(items: T[]) { if (called(items)) { yield called(items) } }
const arrow = async (x: number): Promise<void> => { await x }, short = y => y
const table = { entry: function () {}, method(a) { return a }, 'quoted': 1 }
const View = () => <div className="total()">{items.map(x => <b>{x}</b>)}</div>
// function commented() {}
enum Kind { A = 1 }
`

test('functions are found where a text of any kind defines them, by names as V8 has them', () => {
  const places = {
    Cart: 2,
    total: 4,
    'Cart.total': 4,
    'get size': 5,
    totalOf: 9,
    arrow: 10,
    short: 10,
    entry: 11,
    method: 11,
    View: 12,
  }
  const found = new Definitions(TEXT)
  for (const [name, line] of Object.entries(places)) assert.equal(found.find(name)?.line, line, name)
  for (const name of ['', 'if', 'twice', 'called', 'commented', 'nowhere', 'Injectable'])
    assert.equal(found.find(name), undefined, name)
})

test('a place is there or not', () => {
  const text = new Definitions('one\ntwo')
  const has = (line: number, column: number) => text.has({ line, column })
  assert.deepEqual(
    [has(1, 1), has(1, 4), has(1, 5), has(2, 3), has(2, 4), has(3, 1)],
    [true, true, false, true, false, false],
  )
})
