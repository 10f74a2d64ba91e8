// Stack samples of one node, dealt out to several.

/** Deals a node's stack samples out so that everybody's time keeps to their share at every moment. */
export class Spread {
  readonly #targets: { readonly node: number; readonly share: number; credit: number }[]

  constructor(targets: readonly { readonly node: number; readonly share: number }[]) {
    this.#targets = targets.map((target) => ({ ...target, credit: 0 }))
  }

  next(us: number): number {
    for (const target of this.#targets) target.credit += us * target.share
    const most = this.#targets.reduce((a, b) => (b.credit > a.credit ? b : a))
    most.credit -= us
    return most.node
  }
}
