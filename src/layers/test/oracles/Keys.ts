/** Keys: every unexpired token verifies with every JWKS that a client may still hold. OIDC Core §10.1.1. */
import type { ActionRecord } from "../kernel/History.ts"
import type { Oracle } from "../Scenario.ts"
import { succeeded } from "./Answer.ts"
import { type Of, said } from "./Of.ts"
import { cut, momentOf } from "./Sentence.ts"

export interface KeysSpec {
  /** The signed token that an action gave. */
  readonly tokens: Of<string>
  /** The JWKS that an action gave. */
  readonly jwks: Of<unknown>
  readonly verifies: (token: string, jwks: unknown) => boolean
  /** Whether a token has expired at a time (milliseconds); absent: none does in a run. */
  readonly expired?: (token: string, now: number) => boolean
  /** How long a client may keep a JWKS that it was given; absent: to the end of the run. */
  readonly heldMillis?: number
}

/**
 * A token and a JWKS of the same run go together, whichever came first, as long as both are in use at some time.
 *
 * Evidence are successes. A JWKS is held from when it was answered, and exactly `heldMillis` long is still held; a
 * token counts from when it was answered, and not where it has expired before the JWKS was there.
 */
export const keys = ({ expired, heldMillis, jwks, tokens, verifies }: KeysSpec): Oracle<unknown, never> => ({
  name: "Keys",
  judge: ({ history }) => {
    const given = said(history.actions, tokens).filter(({ action }) => succeeded(action))
    const held = said(history.actions, jwks).filter(({ action }) => succeeded(action))
    for (const { action: giving, value: token } of given) {
      for (const { action: showing, value: shown } of held) {
        const meet = Math.max(timeOf(giving), timeOf(showing))
        if (meet > timeOf(showing) + (heldMillis ?? Number.POSITIVE_INFINITY)) continue
        if (expired?.(token, meet) === true || verifies(token, shown)) continue
        return (
          `the token ${cut(token)} of ${giving.client} (moment ${momentOf(giving)}) does not verify with the keys ` +
          `that ${showing.client} was given (moment ${momentOf(showing)})`
        )
      }
    }
    return undefined
  }
})

const timeOf = ({ endedAt }: ActionRecord): number => endedAt ?? 0
