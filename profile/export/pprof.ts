// pprof.
import { gzipSync } from 'node:zlib'
import {
  Line,
  Location,
  Function as PprofFunction,
  Profile,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format'
import { shownFile } from '../model/file-url.ts'
import type { CpuProfile } from '../model/model.ts'
import { selfTimeByNode } from '../model/self-time.ts'
import { sumOf } from '../model/sum.ts'
import { pathTo } from '../model/tree.ts'

/**
 * Google's pprof, gzipped: one sample a stack, leaf first, in stack samples and nanoseconds.
 * Spec: https://github.com/google/pprof/blob/main/proto/profile.proto
 */
export function exportPprof(profile: CpuProfile): Uint8Array {
  const { frames, nodeFrame, nodeParent, sampleNode } = profile
  const strings = new StringTable()
  const [samples, count, cpu, nanoseconds] = ['samples', 'count', 'cpu', 'nanoseconds'].map((text) =>
    strings.dedup(text),
  )
  const functions = frames.map((frame, i) => {
    const { functionName, line } = frame
    const name = strings.dedup(functionName || '(anonymous)')
    return new PprofFunction({
      id: i + 1,
      name,
      systemName: name,
      filename: strings.dedup(shownFile(frame, (url) => url)),
      startLine: line,
    })
  })
  const locations = frames.map(({ line }, i) => {
    return new Location({ id: i + 1, line: [new Line({ functionId: i + 1, line })] })
  })
  const self = selfTimeByNode(profile)
  const hits = new Int32Array(self.length)
  for (const node of sampleNode) hits[node]! += 1
  const sample = Array.from(self.keys())
    .filter((node) => hits[node]! > 0)
    .map((node) => {
      const locationId = pathTo(nodeParent, node)
        .reverse()
        .map((at) => nodeFrame[at]! + 1)
      return new Sample({ locationId, value: [hits[node]!, Math.round(self[node]! * 1000)] })
    })
  const encoded = new Profile({
    sampleType: [
      new ValueType({ type: samples!, unit: count! }),
      new ValueType({ type: cpu!, unit: nanoseconds! }),
    ],
    sample,
    location: locations,
    function: functions,
    stringTable: strings,
    durationNanos: Math.round(sumOf(self) * 1000),
    periodType: new ValueType({ type: cpu!, unit: nanoseconds! }),
  }).encode()
  return gzipSync(encoded)
}
