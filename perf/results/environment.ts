// What machine a run was made on, and what makes two of them alike.
import { cpus, release, totalmem } from 'node:os'
import { z } from 'zod'

/** What must be alike for two runs' numbers to be compared. */
export const fingerprintSchema = z.object({
  cpuModel: z.string(),
  coreCount: z.number().int().positive(),
  os: z.string().describe('platform and architecture, as in linux-x64'),
  nodeMajor: z.number().int().positive(),
  nodeOptions: z.string().describe('NODE_OPTIONS of the measured processes; empty for none'),
})
export type Fingerprint = z.infer<typeof fingerprintSchema>

/** Where a run was made. */
export const environmentSchema = z.object({
  fingerprint: fingerprintSchema,
  nodeVersion: z.string(),
  v8Version: z.string(),
  osRelease: z.string(),
  memoryBytes: z.number(),
  isCi: z.boolean(),
})
export type Environment = z.infer<typeof environmentSchema>

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
