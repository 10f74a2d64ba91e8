// Functions that cost what they are asked to: each has a loop of its own, so that what it costs stands on its own lines.

export function half(turns: number, seed: number): number {
  let x = seed
  for (let i = 0; i < turns; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff
  }
  return x
}

export function third(turns: number, seed: number): number {
  let x = seed
  for (let i = 0; i < turns; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff
  }
  return x
}

export function small(turns: number, seed: number): number {
  let x = seed
  for (let i = 0; i < turns; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff
  }
  return x
}

export function rare(turns: number, seed: number): number {
  let x = seed
  for (let i = 0; i < turns; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fffffff
  }
  return x
}
