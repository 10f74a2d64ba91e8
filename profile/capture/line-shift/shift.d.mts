export const FIRST_LINE: number
export function shiftSource(
  source: string,
  counter: Int32Array,
): { readonly source: string; readonly offset: number; readonly lines: number } | undefined
