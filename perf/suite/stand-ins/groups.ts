// Groups of benches as test runners have them: they nest, have hooks, and may be skipped or asked for alone.

/** What is done before or after; what a `before` answers may be a function that is called in the end. */
export type Hook = (...context: never[]) => unknown
/** When a hook runs: once for its group, or for each bench in it. */
export type HookKind = 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll'

/** A group, or the file that all groups are in. */
export interface Group {
  readonly name: string
  readonly parent: Group | undefined
  readonly isOnly: boolean
  readonly isSkipped: boolean
  readonly hooks: { readonly kind: HookKind; readonly hook: Hook }[]
}

/** What a group or a bench says of whether it is run. */
export interface RunChoice {
  readonly isOnly?: boolean
  readonly isSkipped?: boolean
}

/** The group that holds all others of a file. */
export function fileGroup(): Group {
  return { name: '', parent: undefined, isOnly: false, isSkipped: false, hooks: [] }
}

/** A group in another: it is skipped, or asked for, where that one is. */
export function groupIn(parent: Group, name: string, { isOnly, isSkipped }: RunChoice = {}): Group {
  return {
    name,
    parent,
    isOnly: isOnly === true || parent.isOnly,
    isSkipped: isSkipped === true || parent.isSkipped,
    hooks: [],
  }
}

/** Names of a group and those around it, the outermost first. */
export function pathOf(group: Group): string[] {
  return fromOutside(group)
    .map(({ name }) => name)
    .filter(Boolean)
}

function fromOutside(group: Group): Group[] {
  return group.parent === undefined ? [group] : [...fromOutside(group.parent), group]
}

/**
 * Does what comes before a bench in a group: its groups' hooks, the outermost first.
 * @param context given to the hooks for each bench
 * @returns what comes after it, the innermost first
 */
export async function enterGroup(group: Group, context: object = {}): Promise<() => Promise<void>> {
  const groups = fromOutside(group)
  const cleanups: (() => unknown)[] = []
  for (const kind of ['beforeAll', 'beforeEach'] as const) {
    for (const hook of groups.flatMap((one) => hooksOf(one, kind))) {
      const returned = await hook(context as never)
      if (typeof returned === 'function') cleanups.unshift(returned as () => unknown)
    }
  }
  const inside = groups.toReversed()
  return async () => {
    for (const hook of inside.flatMap((one) => hooksOf(one, 'afterEach'))) await hook(context as never)
    for (const cleanup of cleanups) await cleanup()
    for (const hook of inside.flatMap((one) => hooksOf(one, 'afterAll'))) await hook(context as never)
  }
}

function hooksOf({ hooks }: Group, wanted: HookKind): Hook[] {
  return hooks.filter(({ kind }) => kind === wanted).map(({ hook }) => hook)
}
