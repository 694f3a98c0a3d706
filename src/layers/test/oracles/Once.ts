/** Once: of all who use one single-use thing, at most one succeeds. RFC 6749 §4.1.2. */
import type { Oracle } from "../Scenario.ts"
import { succeeded } from "./Answer.ts"
import { byKey, type Of } from "./Of.ts"
import { cut, moments, who } from "./Sentence.ts"

export interface OnceSpec {
  /** What is used once, for people: "code". */
  readonly thing: string
  /** Which one an action used, whatever came of it; undefined for an action that uses none. */
  readonly of: Of<string>
}

/**
 * At most one action per key ended in success.
 *
 * Evidence is a success that its client heard. Whoever hung up or heard that the outcome is unknown has nothing, and
 * is not counted: that the thing is gone all the same is for `noBurn` and the audit to judge.
 */
export const once = ({ of, thing }: OnceSpec): Oracle<unknown, never> => ({
  name: "Once",
  judge: ({ history }) => {
    for (const [key, uses] of byKey(history.actions, of)) {
      const successes = uses.filter(succeeded)
      if (successes.length <= 1) continue
      const times = successes.length
      const clients = new Set(successes.map(({ client }) => client)).size
      const how = clients < times ? `succeeded ${times} times` : `${times === 2 ? "both" : "all"} succeeded`
      return `${who(...successes)} ${how} with the ${thing} ${cut(key)} (${moments(...successes)})`
    }
    return undefined
  }
})
