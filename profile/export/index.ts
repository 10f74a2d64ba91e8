// The formats that a profile can be exported in.
import type { CpuProfile } from '../model/model.ts'
import { exportCpuProfile } from './cpuprofile.ts'
import { exportFolded } from './folded.ts'
import { exportSpeedscope } from './speedscope.ts'

/** Formats of other tools that a profile can be written in. */
export const EXPORT_FORMATS = ['cpuprofile', 'speedscope', 'pprof', 'folded'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What a file of that format is called after its name. */
export const EXPORT_SUFFIX: Readonly<Record<ExportFormat, string>> = {
  cpuprofile: '.cpuprofile',
  speedscope: '.speedscope.json',
  pprof: '.pb.gz',
  folded: '.folded.txt',
}

/** A profile as another viewer reads it. */
export async function exportProfile(
  profile: CpuProfile,
  format: ExportFormat,
  name: string,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'cpuprofile':
      return exportCpuProfile(profile)
    case 'speedscope':
      return exportSpeedscope(profile, name)
    case 'pprof':
      return (await import('./pprof.ts')).exportPprof(profile)
    case 'folded':
      return exportFolded(profile)
    default:
      return format satisfies never
  }
}
