/** No burn: a single-use thing is not used up by nobody. */
import type { Finished, Oracle } from "../Scenario.ts"
import { errorOf } from "./Answer.ts"
import { byKey, type Of } from "./Of.ts"
import { cut, moments, who } from "./Sentence.ts"

export interface NoBurnSpec<S, R> {
  /** What is used once, for people: "code". */
  readonly thing: string
  /** Which one an action used, whatever came of it; undefined for an action that uses none. */
  readonly of: Of<string>
  /** Whether an error says that the thing is good for nothing (any more): `invalid_grant`. */
  readonly refused: (error: unknown) => boolean
  /** Where refusing everybody is right: the thing expired, or was revoked. */
  readonly unless?: (run: Finished<S, R>) => boolean
}

/**
 * If every use of a key was refused, somebody must have succeeded; nobody did, so this is a violation.
 *
 * Evidence is what was answered. One use without an answer (a client that hung up), or with another error (503: it may
 * be tried again), acquits: that client may have what the others were refused.
 */
export const noBurn = <S = unknown, R = never>({ of, refused, thing, unless }: NoBurnSpec<S, R>): Oracle<S, R> => ({
  name: "No burn",
  judge: (run) => {
    for (const [key, uses] of byKey(run.history.actions, of)) {
      if (!uses.every(({ result }) => isRefusal(errorOf(result), refused))) continue
      if (unless?.(run) === true) return undefined
      const all = uses.length === 1 ? "was" : "were all"
      return `${who(...uses)} ${all} refused with the ${thing} ${cut(key)}, and nobody succeeded (${moments(...uses)})`
    }
    return undefined
  }
})

const isRefusal = (error: unknown, refused: (error: unknown) => boolean): boolean =>
  error !== undefined && refused(error)
