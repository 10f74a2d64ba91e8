// pprof: profiles of Go, and of Node by @datadog/pprof, pprof-nodejs, Pyroscope and flamegate itself.
import { Profile as Pprof } from 'pprof-format'
import { FloatColumn, IntColumn } from '../model/columns.ts'
import { toFileUrl } from '../model/file-url.ts'
import { type Loss, Losses } from '../model/losses.ts'
import { type Frame, META_FRAMES, metaFrame } from '../model/model.ts'
import { GrowingTree } from '../model/tree.ts'
import type { OpenedProfile } from './document.ts'
import { ProfileFileError } from './profile-file-error.ts'

/**
 * A pprof profile, unpacked. Of several values the file's default is taken: time makes a CPU profile, bytes an allocation
 * profile; counts are worth the period between them. Its samples are sums over stacks, and in no order of time.
 * Spec: https://github.com/google/pprof/blob/main/proto/profile.proto
 *
 * Quirks: stacks are leaf first; several lines in one location are inlined calls, the innermost first. Node's writers leave
 * `start_line` out and name the function's line, or the executing one, in each line.
 * @throws ProfileFileError
 */
export function parsePprof(bytes: Buffer, name: string): OpenedProfile[] {
  const file = decode(bytes, name)
  const value = chooseValue(file, name)
  const losses = new Losses()
  const stacks = new Stacks(file)
  let count = 0
  const nodes = new IntColumn()
  const weights = new FloatColumn()
  const ticks = { node: new IntColumn(), line: new IntColumn() }
  const counts = countsOf(file)
  for (const [sample, { locationId, value: values }] of file.sample.entries()) {
    count++
    const weight = toSigned(values[value.index] ?? 0) * value.scale
    if (!(weight > 0 && weight < Number.MAX_SAFE_INTEGER)) {
      if (weight !== 0) losses.add('stack', 'its value is negative, or beyond all bounds')
      continue
    }
    const { node, line, missing } = stacks.place(locationId)
    losses.add('call', 'its location is not there', missing)
    for (let i = 0; i < counts[sample]!; i++) {
      nodes.push(node)
      weights.push(weight / counts[sample]!)
    }
    ticks.node.push(node)
    ticks.line.push(line)
  }
  const found: readonly Loss[] = losses.list({ stack: count })
  const tree = stacks.tree.build()
  if (value.kind === 'heap') {
    const selfBytes = new Float64Array(tree.nodeFrame.length)
    for (const [i, node] of nodes.view().entries()) selfBytes[node]! += weights.at(i)
    return [{ name: '', kind: 'heap', heap: { tree, selfBytes }, losses: found }]
  }
  let time = 0
  const times = Float64Array.from(weights.view(), (us) => {
    time += us
    return time - us
  })
  const profile = {
    ...tree,
    sampleNode: nodes.view().slice(),
    sampleTimeUs: times,
    sampleUs: Float32Array.from(weights.view()),
    isSummed: true as const,
    ticks: {
      node: ticks.node.view().slice(),
      line: ticks.line.view().slice(),
      count: new Int32Array(ticks.node.length).fill(1),
    },
  }
  return [{ name: '', kind: 'cpu', profile, losses: found }]
}

/** The library tells negative numbers as the large ones that they are written like. */
function toSigned(value: number | bigint): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : value
}

/** So many stack samples in all are told one by one. */
const MOST_COUNTED = 1e6

/** How many stack samples each sum stands for, as far as the file counts them; at least one. */
function countsOf({ sample, sampleType, stringTable: { strings } }: Pprof): number[] {
  const index = sampleType.findIndex(({ unit }) => strings[Number(unit)] === 'count')
  const counts = sample.map(({ value }) => (index < 0 ? 1 : Math.max(1, toSigned(value[index] ?? 1))))
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => Math.max(1, Math.round(count * Math.min(1, MOST_COUNTED / total))))
}

/** Whether all fields of a message end inside it; the library reads beyond the end of what was cut. */
function isWhole(bytes: Buffer): boolean {
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = bytes[at++]!
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    return Number.POSITIVE_INFINITY
  }
  while (at < bytes.length) {
    const wire = varint() % 8
    const value = wire === 0 || wire === 2 ? varint() : 0
    if (!Number.isFinite(value) || ![0, 1, 2, 5].includes(wire)) return false
    if (wire === 2) at += value
    else if (wire !== 0) at += wire === 1 ? 8 : 4
  }
  return at === bytes.length
}

function decode(bytes: Buffer, name: string): Pprof {
  if (!isWhole(bytes))
    throw new ProfileFileError(
      'foreign',
      `${name} is no profile that can be read: it is neither JSON nor a whole pprof file`,
    )
  try {
    const file = Pprof.decode(bytes)
    if (file.stringTable.strings[0] === '' && file.sampleType.length > 0) return file
  } catch {
    // What it says is of no use to anybody: it reads beyond the end of whatever it is given.
  }
  throw new ProfileFileError(
    'foreign',
    `${name} is no profile that can be read: it is neither JSON nor a whole pprof file`,
  )
}

interface Value {
  readonly index: number
  readonly kind: 'cpu' | 'heap'
  /** To microseconds, or bytes. */
  readonly scale: number
}

const MICROSECONDS: Readonly<Record<string, number>> = {
  nanoseconds: 1e-3,
  ns: 1e-3,
  microseconds: 1,
  us: 1,
  µs: 1,
  milliseconds: 1e3,
  ms: 1e3,
  seconds: 1e6,
  s: 1e6,
}
const BYTES: Readonly<Record<string, number>> = {
  bytes: 1,
  byte: 1,
  b: 1,
  kilobytes: 1024,
  kb: 1024,
  megabytes: 1024 ** 2,
  mb: 1024 ** 2,
}

/** The file's default value, else its last, as pprof does; one that has neither time nor bytes only where there is no other. */
function chooseValue(file: Pprof, name: string): Value {
  const { strings } = file.stringTable
  const text = (index: number | bigint) => strings[Number(index)] ?? ''
  const values = file.sampleType.map(({ type, unit }, index) => ({
    ...unitOf(text(unit).toLowerCase(), file, text),
    index,
    type: text(type),
  }))
  const wanted = text(file.defaultSampleType)
  const known = values.filter((value) => value.kind !== undefined)
  const exact = known.filter(({ isCount }) => !isCount)
  const best =
    exact.find(({ type }) => wanted !== '' && type === wanted) ??
    exact.at(-1) ??
    known.find(({ type }) => type === wanted) ??
    known.at(-1)
  if (best?.kind === undefined)
    throw new ProfileFileError('foreign', `${name} is a pprof profile of neither time nor memory`)
  return { index: best.index, kind: best.kind, scale: best.scale }
}

function unitOf(
  unit: string,
  { period, periodType }: Pprof,
  text: (index: number | bigint) => string,
): { readonly kind: Value['kind'] | undefined; readonly scale: number; readonly isCount: boolean } {
  const known = (unit: string, factor = 1) => {
    if (Object.hasOwn(MICROSECONDS, unit))
      return { kind: 'cpu' as const, scale: MICROSECONDS[unit]! * factor }
    if (Object.hasOwn(BYTES, unit)) return { kind: 'heap' as const, scale: BYTES[unit]! * factor }
    return undefined
  }
  const exact = known(unit)
  if (exact !== undefined) return { ...exact, isCount: false }
  if (unit !== 'count' && unit !== '') return { kind: undefined, scale: 1, isCount: true }
  const each = Number(period)
  const byPeriod =
    each > 0 && periodType !== undefined ? known(text(periodType.unit).toLowerCase(), each) : undefined
  // Without a period a count is shown as what V8 waits between two looks.
  const { kind, scale } = byPeriod?.kind === 'cpu' ? byPeriod : { kind: 'cpu' as const, scale: 1000 }
  return { kind, scale, isCount: true }
}

/** The stacks of a file as one tree. */
class Stacks {
  readonly tree = new GrowingTree(metaFrame(META_FRAMES.root))
  readonly #file: Pprof
  readonly #locations: ReadonlyMap<string, Pprof['location'][number]>
  readonly #functions: ReadonlyMap<string, Frame>
  readonly #frames = new Map<string, readonly { readonly frame: number; readonly line: number }[]>()

  constructor(file: Pprof) {
    this.#file = file
    this.#locations = new Map(file.location.map((location) => [String(location.id), location]))
    this.#functions = readFunctions(file)
  }

  /** The node of a stack, leaf first, the line that it was on, and how many of its calls are not there. */
  place(locationIds: readonly (number | bigint)[]): { node: number; line: number; missing: number } {
    let node = 0
    let line = 0
    let missing = 0
    for (let i = locationIds.length - 1; i >= 0; i--) {
      const frames = this.#framesOf(String(locationIds[i]))
      if (frames === undefined) missing++
      for (const { frame, line: at } of frames ?? []) {
        node = this.tree.child(node, frame)
        line = at
      }
    }
    return { node, line, missing }
  }

  /** Outermost first; undefined for a location that is not there. */
  #framesOf(id: string): readonly { readonly frame: number; readonly line: number }[] | undefined {
    const known = this.#frames.get(id)
    if (known !== undefined) return known
    const location = this.#locations.get(id)
    if (location === undefined) return undefined
    const frames =
      location.line.length === 0
        ? [{ frame: this.tree.frames.intern(this.#unnamed(location)), line: 0 }]
        : [...location.line].reverse().flatMap(({ functionId, line }) => {
            const frame = this.#functions.get(String(functionId)) ?? { ...metaFrame('(unknown)') }
            // The root is there already.
            if (frame.url === '' && frame.functionName === META_FRAMES.root) return []
            return [{ frame: this.tree.frames.intern(frame), line: Number(line) }]
          })
    this.#frames.set(id, frames)
    return frames
  }

  /** Machine code that nobody gave a name. */
  #unnamed({ address, mappingId }: Pprof['location'][number]): Frame {
    const mapping = this.#file.mapping.find(({ id }) => String(id) === String(mappingId))
    const file = mapping && this.#file.stringTable.strings[Number(mapping.filename)]
    return { ...metaFrame(`0x${BigInt(address).toString(16)}`), url: toFileUrl(file ?? '') }
  }
}

const META: ReadonlySet<string> = new Set(Object.values(META_FRAMES))

function readFunctions({
  function: functions,
  location,
  stringTable: { strings },
}: Pprof): Map<string, Frame> {
  const firstLine = new Map<string, number>()
  for (const { line: lines } of location) {
    for (const { functionId, line } of lines) {
      const id = String(functionId)
      const known = firstLine.get(id)
      if (known === undefined || Number(line) < known) firstLine.set(id, Number(line))
    }
  }
  return new Map(
    functions.map((fn) => {
      const id = String(fn.id)
      const name = strings[Number(fn.name)] || strings[Number(fn.systemName)] || ''
      if (META.has(name)) return [id, metaFrame(name)]
      const line = Number(fn.startLine) || firstLine.get(id) || 0
      return [
        id,
        {
          functionName: name === '(anonymous)' ? '' : name,
          url: toFileUrl(strings[Number(fn.filename)] ?? ''),
          line: line > 0 ? line : 0,
          column: 0,
        },
      ]
    }),
  )
}
