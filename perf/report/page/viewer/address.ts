// What the overview shows, as the address has it.

/** Columns that the table of scenarios can be sorted by. */
export const SORTS = ['verdict', 'scenario', 'change', 'p50', 'p95', 'cpu', 'allocated', 'hottest'] as const
export type Sort = (typeof SORTS)[number]

/** What the overview shows, as it stands in the address: a link shows somebody else the same. */
export interface OverviewState {
  readonly sort: Sort
  readonly isReversed: boolean
  readonly filter: string
  /** A kind of verdict; empty for all. */
  readonly verdict: string
}

export const OVERVIEW: OverviewState = { sort: 'verdict', isReversed: false, filter: '', verdict: '' }

/** Reads `#sort=p50&filter=arrays`; what is missing or makes no sense is as at the start. */
export function readOverview(hash: string): OverviewState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const sort = parameters.get('sort') as Sort | null
  return {
    sort: sort !== null && SORTS.includes(sort) ? sort : OVERVIEW.sort,
    isReversed: parameters.get('order') === 'reversed',
    filter: parameters.get('filter') ?? '',
    verdict: parameters.get('verdict') ?? '',
  }
}

/** The inverse of {@link readOverview}: only what differs from the start. */
export function writeOverview({ sort, isReversed, filter, verdict }: OverviewState): string {
  const parameters = new URLSearchParams()
  if (sort !== OVERVIEW.sort) parameters.set('sort', sort)
  if (isReversed) parameters.set('order', 'reversed')
  if (filter !== '') parameters.set('filter', filter)
  if (verdict !== '') parameters.set('verdict', verdict)
  return `#${parameters}`
}

/** The scenario that the address names; empty for the overview. */
export function scenarioInAddress(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('scenario') ?? ''
}

/** The address of a scenario's view. */
export function linkTo(id: string): string {
  return `#${new URLSearchParams({ scenario: id })}`
}
