/** The transactions of access tokens. RFC 7662 §2.2, RFC 7009 §2.1. */
import { Result, Schema } from "effect"
import { death, gaveTokens } from "../../domain/Grant.ts"
import { AccessTokenId, grantOf } from "../../domain/Ids.ts"
import { TokenRevocation } from "../../services/storage/AccessTokens.ts"
import { GrantAndUser } from "../../services/storage/AuthorizationCodes.ts"
import { type accountTables, EndedToken, surroundings } from "./AccountTables.ts"
import { about } from "./AuthorizationCodeSteps.ts"
import { step } from "./Step.ts"

const accountStep = step<typeof accountTables>()

export const inspectTokenStep = accountStep({
  request: AccessTokenId,
  reply: Schema.NullOr(GrantAndUser),
  refusal: Schema.Never,
  run: (tx, jti) => {
    const grant = tx.grants.get(grantOf(jti))
    if (grant === undefined || !gaveTokens(grant) || tx.endedTokens.get(jti) !== undefined) return Result.succeed(null)
    const around = surroundings(tx, grant)
    return Result.succeed(
      death(grant, around, tx.now) === undefined && around.user !== undefined
        ? new GrantAndUser({ grant, user: around.user })
        : null
    )
  }
})

export const revokeTokenStep = accountStep({
  request: TokenRevocation,
  reply: Schema.Void,
  refusal: Schema.Never,
  run: (tx, { clientId, expiresAt, jti }) => {
    const grant = tx.grants.get(grantOf(jti))
    if (grant?.clientId === clientId && tx.endedTokens.get(jti) === undefined) {
      tx.endedTokens.put(new EndedToken({ jti, expiresAt }))
      tx.audit({ type: "token.revoked", ...about(grant) })
    }
    return Result.void
  }
})
