/** The transactions of refresh token families. RFC 6749 §6, RFC 9700 §4.14.2, RFC 7009 §2.1. */
import { Result, Schema } from "effect"
import { death, revoked } from "../../domain/Grant.ts"
import { isOfFamily, RefreshRefused, rotate, Rotation, wasGiven } from "../../domain/RefreshToken.ts"
import { GrantAndUser } from "../../services/storage/AuthorizationCodes.ts"
import { FamilyRevocation, Inspected, Presented } from "../../services/storage/RefreshTokens.ts"
import { type AccountTransaction, type accountTables, surroundings } from "./AccountTables.ts"
import { about } from "./AuthorizationCodeSteps.ts"
import { step } from "./Step.ts"

const accountStep = step<typeof accountTables>()

export const rotateStep = accountStep({
  request: Rotation,
  reply: GrantAndUser,
  refusal: RefreshRefused,
  run: (tx, request) => {
    const found = tx.grants.get(request.grantId)
    if (found === undefined) return Result.fail(new RefreshRefused({ reason: "unknown" }))
    const around = surroundings(tx, found)
    const decided = rotate(found, request, around, tx.now)
    switch (decided._tag) {
      case "Refused":
        return Result.fail(new RefreshRefused({ reason: decided.reason }))
      case "Reused":
        tx.grants.put(decided.grant)
        tx.audit({
          type: "refresh.reused",
          ...about(decided.grant),
          detail: { generation: `${request.generation}`, head: `${found.generation}` }
        })
        return Result.fail(new RefreshRefused({ reason: "reused" }))
      case "Rotated":
        tx.grants.put(decided.grant)
        tx.audit({ type: "refresh.rotated", ...about(decided.grant), detail: { head: `${decided.grant.generation}` } })
        break
      case "SameSuccessor":
      case "Kept":
      // The token is as it was: there is nothing to write, and nothing to tell.
    }
    return around.user === undefined
      ? Result.fail(new RefreshRefused({ reason: "user" }))
      : Result.succeed(new GrantAndUser({ grant: decided.grant, user: around.user }))
  }
})

/** The grant of a token that is its family's and its client's; whether it is the head is another question. */
const presented = (tx: AccountTransaction, token: Presented) => {
  const grant = tx.grants.get(token.grantId)
  return isOfFamily(grant, token.familyHash) && grant.clientId === token.clientId && wasGiven(grant, token.generation)
    ? grant
    : undefined
}

export const inspectFamilyStep = accountStep({
  request: Presented,
  reply: Inspected,
  refusal: Schema.Never,
  run: (tx, token) => {
    const grant = presented(tx, token)
    const isHead = grant?.generation === token.generation
    return Result.succeed(
      grant !== undefined && isHead && death(grant, surroundings(tx, grant), tx.now) === undefined ? grant : null
    )
  }
})

export const revokeFamilyStep = accountStep({
  request: FamilyRevocation,
  reply: Schema.Void,
  refusal: Schema.Never,
  run: (tx, request) => {
    const grant = presented(tx, request.presented)
    if (grant !== undefined && grant.revokedAt === null) {
      tx.grants.put(revoked(grant, request.because, tx.now))
      tx.audit({ type: "grant.revoked", ...about(grant), detail: { because: request.because } })
    }
    return Result.void
  }
})
