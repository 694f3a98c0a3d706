/** Limit: never more than so many admitted in a window of time. */
import type { Oracle } from "../Scenario.ts"
import { succeeded } from "./Answer.ts"
import { byKey, type Of } from "./Of.ts"
import { cut, moments, who } from "./Sentence.ts"

export interface LimitSpec {
  /** Whose limit an action used, whatever came of it. */
  readonly of: Of<string>
  /** How many may be admitted. */
  readonly most: number
  /** In a window of this length, wherever it begins; its end is no longer in it. */
  readonly windowMillis: number
}

/**
 * No window holds more successes of one key than `most`.
 *
 * Evidence are successes that lie in the window as a whole, from their first call to their end: an action that began
 * before it may have been admitted before it. What was admitted and not heard of is not counted.
 */
export const limit = ({ most, of, windowMillis }: LimitSpec): Oracle<unknown, never> => ({
  name: "Limit",
  judge: ({ history }) => {
    for (const [key, uses] of byKey(history.actions, of)) {
      const admitted = uses.filter(succeeded).map((action) => {
        const until = action.endedAt ?? 0
        return { action, since: action.executedAt ?? until, until }
      })
      if (admitted.length <= most) continue
      for (const { since: start } of admitted) {
        const inside = admitted.filter(({ since, until }) => since >= start && until < start + windowMillis)
        if (inside.length <= most) continue
        const actions = inside.map(({ action }) => action)
        return (
          `${inside.length} were admitted for ${cut(key)} in ${windowMillis} ms, where ${most} may be: ` +
          `${who(...actions)} (${moments(...actions)})`
        )
      }
    }
    return undefined
  }
})
