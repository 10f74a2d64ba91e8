// Counters of a suite's own, as columns and in words.
import { formatBytes, formatChange, formatCount, formatTime } from '../../../profile/model/format.ts'
import type { MeasuredResult } from '../../results/report.ts'
import { type CounterResult, type CounterUnit, counterChanged } from '../../verdict/counters.ts'

/** One counter over all scenarios. */
export interface CounterColumn {
  readonly title: string
  cell(result: MeasuredResult): string
}

/** A column for every counter that any scenario has, in the order in which they first come. */
export function counterColumns(measured: readonly MeasuredResult[]): CounterColumn[] {
  const names = new Set(measured.flatMap(({ counters }) => counters.map(({ name }) => name)))
  return [...names].map((name) => ({
    title: bareName(name),
    cell({ counters }) {
      const counter = counters.find((candidate) => candidate.name === name)
      return counter === undefined ? '–' : formatCounter(counter.unit, counter.perOp)
    },
  }))
}

const FORMATS: Readonly<Record<CounterUnit, (value: number) => string>> = {
  bytes: formatBytes,
  ns: formatTime,
  count: formatCount,
}

/** A counter's value in its unit. */
export function formatCounter(unit: CounterUnit, value: number): string {
  return FORMATS[unit](value)
}

/** Counters that are other than in the baseline: `patch bytes +0.9 %`; empty where none is. */
export function describeCounterChanges({ counters }: MeasuredResult): string[] {
  return counters.filter(counterChanged).map(describeCounterChange)
}

function describeCounterChange({ name, unit, perOp, baselinePerOp }: CounterResult): string {
  const title = `${bareName(name)}${unit === 'bytes' ? ' bytes' : unit === 'ns' ? ' time' : ''}`
  return baselinePerOp ? `${title} ${formatChange(perOp / baselinePerOp - 1)}` : `${title} changed`
}

/** `patchBytes` without its unit, in words: `patch`. */
function bareName(name: string): string {
  const words = name.replace(/(Bytes|Ns)$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.trim() || name
}
