// Copies its whole state by way of text, to change one field of it.
export interface State {
  readonly items: readonly { readonly id: number; readonly text: string; readonly isDone: boolean }[]
  count: number
}

export function countUp(state: State): State {
  const next = JSON.parse(JSON.stringify(state)) as State
  next.count += 1
  return next
}
