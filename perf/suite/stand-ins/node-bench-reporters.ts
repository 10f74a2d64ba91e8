// node:bench/reporters as bench files import it: there is nothing to report.
import { PassThrough } from 'node:stream'

const silent = () => new PassThrough({ objectMode: true })
export const [json, spec] = [silent, silent]
