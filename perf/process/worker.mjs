// Entry of every measured process and load client: TypeScript in place, then the job that the parent sends.
import './strip-types/register.mjs'

await import('./worker.ts')
