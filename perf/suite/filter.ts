// Which scenarios a filter means. Packages are loaded where a filter needs them: most are plain words.
import { createRequire } from 'node:module'
import { FlamegateError } from '../errors.ts'
import type { DiscoveredScenario } from './load.ts'
import { nearestName } from './nearest-name.ts'

const require = createRequire(import.meta.url)
/** No glob: it matches by itself nothing but what is the same. */
const PLAIN = /^[\w/-][\w/.-]*$/

/**
 * The scenarios that one of the filters matches (all for no filter): a substring of the id, or a glob on all of it.
 * @throws FlamegateError 'no-scenario' for a filter that matches none, with the nearest id
 */
export function selectScenarios(
  discovered: readonly DiscoveredScenario[],
  filters: readonly string[],
): DiscoveredScenario[] {
  const ids = discovered.map(({ scenario }) => scenario.id)
  for (const filter of filters) {
    if (!ids.some((id) => matchesFilter(id, filter))) throw noMatch(filter, ids)
  }
  return discovered.filter(({ scenario }) => isAskedFor(scenario.id, filters))
}

/** A part of what a run was asked for: the other parts are other runs', on other machines. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number
  readonly count: number
  /** Of all scenarios that all parts measure. */
  readonly ids: readonly string[]
  /** Those of this part that are no scenarios of both versions, and so are not measured. */
  readonly absent: readonly string[]
}

/**
 * One of `count` parts of some scenarios, each of which is in one part; all of them where no part is asked for. Those of servers, which take longer, are dealt out
 * first.
 * @throws FlamegateError 'bad-option' where there are fewer scenarios than parts
 */
export function pickShard(
  scenarios: readonly DiscoveredScenario[],
  part: Pick<Shard, 'index' | 'count'> | undefined,
): readonly DiscoveredScenario[] {
  if (part === undefined) return scenarios
  const { index, count } = part
  if (scenarios.length < count) {
    throw new FlamegateError(
      'bad-option',
      `${scenarios.length} scenarios cannot be dealt out to ${count} shards`,
      {
        hint: `--shard ${Math.min(index, scenarios.length)}/${scenarios.length} at the most`,
      },
    )
  }
  const ofKind = (kind: string) => scenarios.filter(({ scenario }) => scenario.kind === kind)
  const dealt = [...ofKind('http'), ...ofKind('micro')].filter((_, i) => i % count === index - 1)
  return scenarios.filter((one) => dealt.includes(one))
}

/**
 * The one scenario that the filters match, or that has one of them as its id.
 * @param why there can be only one, for the hint
 * @throws FlamegateError 'no-scenario' where it is none, 'bad-option' where there are several, with all of them
 */
export function selectOneScenario(
  discovered: readonly DiscoveredScenario[],
  filters: readonly string[],
  why: string,
): DiscoveredScenario {
  const exact = discovered.filter(({ scenario }) => filters.includes(scenario.id))
  const matching = exact.length === 1 ? exact : selectScenarios(discovered, filters)
  if (matching.length === 1) return matching[0]!
  const ids = matching.map(({ scenario }) => scenario.id).join(', ')
  const what = filters.length === 0 ? 'there are' : `'${filters.join(' ')}' matches`
  throw new FlamegateError('bad-option', `${what} ${matching.length} scenarios: ${ids}`, {
    hint: `name one of them: ${why}`,
  })
}

/** Whether any filter matches; no filter asks for everything. */
export function isAskedFor(id: string, filters: readonly string[]): boolean {
  return filters.length === 0 || filters.some((filter) => matchesFilter(id, filter))
}

export function matchesFilter(id: string, filter: string): boolean {
  if (id.includes(filter)) return true
  if (PLAIN.test(filter)) return false
  const picomatch = require('picomatch') as typeof import('picomatch')
  return picomatch.isMatch(id, filter, { bash: true })
}

function noMatch(filter: string, ids: readonly string[]): FlamegateError {
  const nearest = nearestName(filter, [
    ...new Set(ids.flatMap((id) => [id, ...id.split(/[/.]| › /), id.split('.')[0]!])),
  ])
  return new FlamegateError('no-scenario', `no scenario matches '${filter}'`, {
    hint: `${nearest === undefined ? '' : `did you mean '${nearest}'? `}--list shows all ${ids.length} scenarios`,
  })
}
