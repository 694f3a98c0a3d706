/** The transactions of access tokens, and of the sessions behind them. RFC 7662 §2.2, RFC 7009 §2.1. */
import { Result, Schema } from "effect"
import { death, gaveTokens } from "../../domain/Grant.ts"
import { AccessTokenId, grantOf } from "../../domain/Ids.ts"
import { defaults } from "../../domain/Lifetime.ts"
import { isLive, touched } from "../../domain/Session.ts"
import { TokenRevocation } from "../../services/storage/AccessTokens.ts"
import { GrantAndUser } from "../../services/storage/AuthorizationCodes.ts"
import { GrantAndSession } from "../../services/storage/Sessions.ts"
import { type AccountTransaction, type accountTables, EndedToken, surroundings } from "./AccountTables.ts"
import { about } from "./AuthorizationCodeSteps.ts"
import { step } from "./Step.ts"

const accountStep = step<typeof accountTables>()

export const inspectTokenStep = accountStep({
  request: AccessTokenId,
  reply: Schema.NullOr(GrantAndUser),
  refusal: Schema.Never,
  run: (tx, jti) => {
    const standing = standingOf(tx, jti)
    return Result.succeed(
      standing?.user === undefined ? null : new GrantAndUser({ grant: standing.grant, user: standing.user })
    )
  }
})

/** The session is not asked about where the grant outlives it (OIDC Core §11). */
const behind = (tx: AccountTransaction, jti: AccessTokenId): GrantAndSession | null => {
  const standing = standingOf(tx, jti)
  if (standing === undefined) return null
  const { grant, session } = standing
  return new GrantAndSession({ grant, session: session !== undefined && isLive(session, tx.now) ? session : null })
}

export const behindStep = accountStep({
  request: AccessTokenId,
  reply: Schema.NullOr(GrantAndSession),
  refusal: Schema.Never,
  run: (tx, jti) => Result.succeed(behind(tx, jti))
})

export const useStep = accountStep({
  request: AccessTokenId,
  reply: Schema.NullOr(GrantAndSession),
  refusal: Schema.Never,
  quiet: "a use of a session moves the moment at which it would end unused, and gives nobody anything",
  run: (tx, jti) => {
    const found = behind(tx, jti)
    if (found === null || found.session === null) return Result.succeed(found)
    const session = touched(found.session, tx.now, defaults)
    if (session !== found.session) tx.sessions.put(session)
    return Result.succeed(new GrantAndSession({ grant: found.grant, session }))
  }
})

/** The grant of a token that was given and not ended, if the grant stands, with what it rests on. */
const standingOf = (tx: AccountTransaction, jti: AccessTokenId) => {
  const grant = tx.grants.get(grantOf(jti))
  if (grant === undefined || !gaveTokens(grant) || tx.endedTokens.get(jti) !== undefined) return undefined
  const around = surroundings(tx, grant)
  return death(grant, around, tx.now) === undefined ? { grant, ...around } : undefined
}

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
