// V8's .cpuprofile.
import { type BuiltProfile, ProfileBuilder } from '../model/builder.ts'
import type { Id } from '../model/columns.ts'
import { FrameReader, type Tick } from './call-frame.ts'
import type { JsonBytes } from './json-bytes.ts'
import type { NestedTree } from './nested-tree.ts'
import { readLocations, type SourceLocation, withLocations } from './vscode-locations.ts'

/**
 * Reads the members of V8's `.cpuprofile`: what `node --cpu-prof`, Chrome DevTools and v8-profiler-next write.
 * Spec: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 *
 * Quirks: positions are 0-based, and -1 on meta frames; `positionTicks.line` is 1-based. Chrome once wrote `parent`
 * instead of `children`. v8-profiler-next starts its files with `typeId`, counts lines and columns from 1 and has the
 * ticks inside `callFrame`, as `lineTicks`. Time deltas may be negative, and of converters parts of a microsecond. `hitCount`
 * disagrees with `samples` for some nodes, so it counts only where there are no samples. A node may carry several ticks of
 * one line. Go programs write `null` for empty lists.
 */
export class CpuProfileReader {
  readonly #json: JsonBytes
  readonly #builder = new ProfileBuilder()
  readonly #frames: FrameReader
  readonly #locationOf = new Map<number, number>()
  #locations: readonly (SourceLocation | undefined)[] = []
  #startTime = 0
  #endTime = 0
  /** What start and end count in. */
  #unitUs = 1
  #hasNodes = false
  // The node that is being read.
  #id: Id = Number.NaN
  #frame = -1
  #hits = 0
  #parent: Id = Number.NaN
  #location = -1
  readonly #children: Id[] = []
  readonly #ticks: Tick[] = []
  // The tick that is being read.
  #line = 0
  #count = 0

  constructor(json: JsonBytes) {
    this.#json = json
    this.#frames = new FrameReader(json, this.#builder)
  }

  /** Whether there were nodes, which is what makes a file a profile. */
  get hasNodes(): boolean {
    return this.#hasNodes && this.#builder.nodeCount > 0
  }

  /** Reads the value of a member; false for one that is not a profile's, whose value is still to be read. */
  read(key: string): boolean {
    const json = this.#json
    switch (key) {
      case 'nodes':
        this.#hasNodes = json.readArrayIfAny(this.#readNode) || this.#hasNodes
        return true
      case 'samples':
        this.#readSamples()
        return true
      case 'timeDeltas':
        json.readNumbers(this.#addDeltas)
        return true
      case 'timestamps':
        json.readNumbers(this.#addTimestamps)
        return true
      case 'typeId':
        this.#frames.firstLine = 0
        json.skip()
        return true
      case 'startTime':
        this.#startTime = json.readNumeric() || 0
        return true
      case 'endTime':
        this.#endTime = json.readNumeric() || 0
        return true
      case '$vscode':
        this.#locations = readLocations(json)
        return true
      default:
        return false
    }
  }

  /** Adds the nodes of the old format, whose files tell their start and end in seconds. */
  addTree(tree: NestedTree): void {
    tree.addTo(this.#builder)
    this.#unitUs = 1e6
    this.#hasNodes = true
  }

  build(): BuiltProfile {
    const unit = this.#unitUs
    const { profile, losses } = this.#builder.build(this.#startTime * unit, this.#endTime * unit)
    const frames = withLocations(profile.frames, this.#locationOf, this.#locations)
    return { profile: { ...profile, frames }, losses }
  }

  /** Those of an allocation profile are objects, and tell nothing that its tree does not. */
  #readSamples(): void {
    const builder = this.#builder
    this.#json.readIds((ids, count) => builder.addSamples(ids, count), builder.addSample)
  }

  readonly #readNode = (): void => {
    if (this.#json.peek() !== 0x7b) {
      this.#json.skip()
      this.#builder.losses.add('node', 'it is no object')
      return
    }
    this.#id = Number.NaN
    this.#frame = -1
    this.#hits = 0
    this.#parent = Number.NaN
    this.#location = -1
    this.#children.length = 0
    this.#ticks.length = 0
    this.#json.readObject(this.#readMember)
    this.#addNode()
  }

  readonly #readMember = (key: string): void => {
    const json = this.#json
    if (key === 'id') this.#id = json.readId()
    else if (key === 'callFrame') this.#frame = this.#frames.read(this.#ticks)
    else if (key === 'hitCount') this.#hits = json.readNumeric()
    else if (key === 'children') json.readIds(this.#addChildren, this.#addChild)
    else if (key === 'parent') this.#parent = json.readId()
    else if (key === 'positionTicks') json.readArrayIfAny(this.#readTick)
    else if (key === 'locationId') this.#location = json.readNumeric()
    else json.skip()
  }

  readonly #addDeltas = (values: Float64Array, count: number): void => this.#builder.addDeltas(values, count)

  readonly #addTimestamps = (values: Float64Array, count: number): void => {
    for (let i = 0; i < count; i++) this.#builder.addTimestamp(values[i]!)
  }

  readonly #addChildren = (ids: Float64Array, count: number): void => {
    for (let i = 0; i < count; i++) this.#children.push(ids[i]!)
  }

  readonly #addChild = (id: Id): number => this.#children.push(id)

  #addNode(): void {
    const builder = this.#builder
    if (this.#frame < 0 || Number.isNaN(this.#id)) {
      builder.losses.add('node', `it has no ${this.#frame < 0 ? 'callFrame' : 'id'}`)
      return
    }
    const node = builder.addNode(this.#id, this.#frame, this.#hits)
    if (node < 0) return
    if (!Number.isNaN(this.#parent)) builder.setParent(node, this.#parent)
    for (const child of this.#children) builder.addEdge(node, child)
    for (const { line, count } of this.#ticks) if (line > 0 && count > 0) builder.addTick(node, line, count)
    if (this.#location >= 0 && !this.#locationOf.has(this.#frame))
      this.#locationOf.set(this.#frame, this.#location)
  }

  readonly #readTick = (): void => {
    if (this.#json.peek() !== 0x7b) {
      this.#json.skip()
      return
    }
    this.#line = 0
    this.#count = 0
    this.#json.readObject(this.#readTickMember)
    this.#ticks.push({ line: this.#line, count: this.#count })
  }

  readonly #readTickMember = (key: string): void => {
    if (key === 'line') this.#line = this.#json.readNumeric()
    else if (key === 'ticks') this.#count = this.#json.readNumeric()
    else this.#json.skip()
  }
}
