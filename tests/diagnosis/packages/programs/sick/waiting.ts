// Waits for one answer before it asks for the next.
function ask(id: number): Promise<number> {
  return new Promise((resolve) => setTimeout(() => resolve(id), 1))
}

export async function askAll(ids: readonly number[]): Promise<number> {
  let sum = 0
  for (const id of ids) {
    sum += await ask(id)
  }
  return sum
}
