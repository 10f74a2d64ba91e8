// What flamegate is called by perf files, and where that is.

export const OWN_NAME = 'flamegate'
export const OWN_URL = new URL('../../index.ts', import.meta.url).href
