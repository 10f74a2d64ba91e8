/** The work of one op, with a slow-down of 40 % planted. */
export const repeats = 14
