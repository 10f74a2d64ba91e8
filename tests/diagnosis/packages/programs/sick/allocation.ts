// Builds everything anew for every request, and keeps it for long enough that the collector has to copy it.
class Branch {
  readonly left: Branch | null
  readonly right: Branch | null

  constructor(left: Branch | null, right: Branch | null) {
    this.left = left
    this.right = right
  }
}

const recent: Branch[] = []

function grow(depth: number): Branch {
  return depth === 0 ? new Branch(null, null) : new Branch(grow(depth - 1), grow(depth - 1))
}

export function rebuild(depth: number): number {
  recent.push(grow(depth))
  if (recent.length > 400) recent.shift()
  return recent.length
}
