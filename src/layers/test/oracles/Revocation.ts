/** Revocation: what was revoked is no longer accepted. RFC 7009 §2.1, OIDC RP-Initiated Logout §2. */
import type { ActionRecord } from "../kernel/History.ts"
import type { Oracle } from "../Scenario.ts"
import { succeeded } from "./Answer.ts"
import { byKey, type Of } from "./Of.ts"
import { precedes } from "./Precedence.ts"
import { cut, momentOf } from "./Sentence.ts"

export interface RevocationSpec {
  /** What an action revokes, whatever came of it. Only a success was acknowledged. */
  readonly revoked: Of<string>
  /** What an action accepted as good: a refresh that gave tokens, an introspection that said `active`. */
  readonly accepted: Of<string>
  /** How long after the acknowledgement it may still be accepted, where the read is Eventual; absent: not at all. */
  readonly boundMillis?: number
}

/**
 * Once a revocation was acknowledged, a Strong read never accepts; an Eventual one stops within its bound.
 *
 * Evidence is a revocation that succeeded and an acceptance that did. Strong: the acceptance was executed after the
 * revocation had ended; one that overlaps it may be before it. Eventual: by the times of the same two moments, where
 * exactly the bound is within it. A revocation whose outcome is unknown revokes nothing here.
 */
export const revocation = ({ accepted, boundMillis, revoked }: RevocationSpec): Oracle<unknown, never> => ({
  name: "Revocation",
  judge: ({ history }) => {
    const acceptances = byKey(history.actions, accepted)
    for (const [key, revocations] of byKey(history.actions, revoked)) {
      const acknowledged = revocations.filter(succeeded)
      for (const acceptance of acceptances.get(key) ?? []) {
        if (!succeeded(acceptance)) continue
        const before = acknowledged.find((revoking) => isTooLate(revoking, acceptance, boundMillis))
        if (before === undefined) continue
        const late = boundMillis === undefined ? "" : `, ${lateness(before, acceptance)} ms later`
        return (
          `${acceptance.client} had ${cut(key)} accepted ` +
          `(${acceptance.action}, moment ${momentOf(acceptance)}${late}) ` +
          `after ${before.client} was told that it is revoked (${before.action}, moment ${momentOf(before)})`
        )
      }
    }
    return undefined
  }
})

const isTooLate = (revoking: ActionRecord, acceptance: ActionRecord, bound: number | undefined): boolean =>
  bound === undefined ? precedes(revoking, acceptance) : lateness(revoking, acceptance) > bound

/** An acceptance that asked nobody says only when it ended. */
const lateness = (revoking: ActionRecord, acceptance: ActionRecord): number =>
  (acceptance.executedAt ?? acceptance.endedAt ?? 0) - (revoking.endedAt ?? Number.POSITIVE_INFINITY)
