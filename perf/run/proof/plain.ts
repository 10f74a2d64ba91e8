/** The work of one op. */
export const repeats = 10
