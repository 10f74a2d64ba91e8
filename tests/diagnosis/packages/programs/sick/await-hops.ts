// Waits for values that are there already, one by one, through several functions.
const known = new Map<number, number>(Array.from({ length: 64 }, (_, i) => [i, i * 2]))

async function load(key: number): Promise<number> {
  return known.get(key)!
}

async function loadChecked(key: number): Promise<number> {
  const value = await load(key)
  return value
}

async function loadLogged(key: number): Promise<number> {
  const value = await loadChecked(key)
  return value
}

export async function sumKeys(count: number): Promise<number> {
  let sum = 0
  for (let key = 0; key < count; key++) {
    sum += await loadLogged(key % 64)
  }
  return sum
}
