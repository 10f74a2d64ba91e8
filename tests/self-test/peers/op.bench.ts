// The op as a vitest bench.
import { bench } from 'vitest'
import type { PeerJob } from './job.ts'
import { openOps } from './ops.ts'

const job = JSON.parse(process.env.FLAMEGATE_PEER_JOB!) as PeerJob
const ops = await openOps(job)
const options = { time: job.timeMs * 0.4, warmupTime: job.timeMs * 0.1 }
bench('baseline', ops[0], options)
bench('candidate', ops[1], options)
