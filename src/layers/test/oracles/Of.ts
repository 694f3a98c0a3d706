/** Selectors: what an oracle wants to know of an action, and that most actions are none of its business. */
import type { ActionRecord } from "../kernel/History.ts"

/** What an action says to an oracle; undefined if it says nothing. */
export type Of<A> = (action: ActionRecord) => A | undefined

/** The same of every action with this name. */
export const ofNamed =
  <A>(name: string, of: Of<A>): Of<A> =>
  (action) =>
    action.action === name ? of(action) : undefined

/** What actions say, each with the action; those that say nothing are left out. */
export const said = <A>(
  actions: ReadonlyArray<ActionRecord>,
  of: Of<A>
): ReadonlyArray<{ readonly action: ActionRecord; readonly value: A }> =>
  actions.flatMap((action) => {
    const value = of(action)
    return value === undefined ? [] : [{ action, value }]
  })

/** The same by key, each key with its actions in the order in which they began. */
export const byKey = (
  actions: ReadonlyArray<ActionRecord>,
  of: Of<string>
): ReadonlyMap<string, ReadonlyArray<ActionRecord>> => {
  const found = new Map<string, Array<ActionRecord>>()
  for (const action of actions) {
    const key = of(action)
    if (key === undefined) continue
    const others = found.get(key)
    if (others === undefined) found.set(key, [action])
    else others.push(action)
  }
  return found
}
