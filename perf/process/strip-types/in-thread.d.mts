export const IN_THREAD_FLAGS: readonly string[]
export function importInThread(url: string): Promise<unknown>
