export function catchSignals(): void
export function takeOverSignals(): AbortSignal
export function expectSignal(): void
export function isInterruption(error: unknown): boolean
export function exitCodeAfter(code: typeof process.exitCode): number
export function releaseSignals(): void
