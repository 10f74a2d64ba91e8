// What machine a run was made on, and what makes two of them alike.
import { cpus, release, totalmem } from 'node:os'
import * as v from 'valibot'

/** What must be alike for two runs' numbers to be compared. */
export const fingerprintSchema = v.object({
  cpuModel: v.string(),
  coreCount: v.pipe(v.number(), v.integer(), v.gtValue(0)),
  os: v.pipe(v.string(), v.description('platform and architecture, as in linux-x64')),
  nodeMajor: v.pipe(v.number(), v.integer(), v.gtValue(0)),
  nodeOptions: v.pipe(v.string(), v.description('NODE_OPTIONS of the measured processes; empty for none')),
})
export type Fingerprint = v.InferOutput<typeof fingerprintSchema>

/** Where a run was made. */
export const environmentSchema = v.object({
  fingerprint: fingerprintSchema,
  nodeVersion: v.string(),
  v8Version: v.string(),
  osRelease: v.string(),
  memoryBytes: v.number(),
  isCi: v.boolean(),
})
export type Environment = v.InferOutput<typeof environmentSchema>

export function readEnvironment(): Environment {
  const processors = cpus()
  return {
    fingerprint: {
      cpuModel: processors[0]?.model.trim() ?? 'unknown',
      coreCount: processors.length,
      os: `${process.platform}-${process.arch}`,
      nodeMajor: Number.parseInt(process.versions.node, 10),
      nodeOptions: readNodeOptions(),
    },
    nodeVersion: process.versions.node,
    v8Version: process.versions.v8,
    osRelease: release(),
    memoryBytes: totalmem(),
    isCi: Boolean(process.env.CI),
  }
}

/** What every child process inherits; empty for nothing. */
export function readNodeOptions(): string {
  return process.env.NODE_OPTIONS?.trim() ?? ''
}

/** One line per environment, equal for equal fingerprints. */
export function fingerprintKey(fingerprint: Fingerprint): string {
  const { cpuModel, coreCount, os, nodeMajor, nodeOptions } = fingerprint
  const options = nodeOptions === '' ? '' : `, NODE_OPTIONS=${nodeOptions}`
  return `${cpuModel} × ${coreCount}, ${os}, Node ${nodeMajor}${options}`
}
