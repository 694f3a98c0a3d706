/** The transactions of authorization codes. RFC 6749 §4.1.2, RFC 9700 §4.5. */
import { Result, Schema } from "effect"
import {
  CodeRefused,
  ConsentRequired,
  Issuance,
  issue,
  LoginRequired,
  redeem,
  Redemption,
  standing
} from "../../domain/AuthorizationCode.ts"
import { extended } from "../../domain/Consent.ts"
import { givesCode, type Grant } from "../../domain/Grant.ts"
import { defaults } from "../../domain/Lifetime.ts"
import { touched, withClient } from "../../domain/Session.ts"
import type { User } from "../../domain/User.ts"
import { Approval, GrantAndUser } from "../../services/storage/AuthorizationCodes.ts"
import { type AccountTransaction, type accountTables, surroundings } from "./AccountTables.ts"
import { step } from "./Step.ts"

const accountStep = step<typeof accountTables>()

const IssueRefusal = Schema.Union([LoginRequired, ConsentRequired])

export const issueStep = accountStep({
  request: Issuance,
  reply: GrantAndUser,
  refusal: IssueRefusal,
  run: (tx, request) => {
    // The same code asked for again is the same code: its repetition writes nothing.
    const known = tx.grants.get(request.grantId)
    if (known !== undefined) return withUser(known, tx.users.get(known.userId))
    const around = asked(tx, request)
    return Result.flatMap(issue(request, around, tx.now), (grant) => withUser(written(tx, grant, request), around.user))
  }
})

export const approveStep = accountStep({
  request: Approval,
  reply: GrantAndUser,
  refusal: IssueRefusal,
  run: (tx, { consent, issuance }) => {
    const before = standing(tx.consents.get(consent.userId, consent.clientId), issuance)
    const allowed = extended(before, consent, issuance.grantId)
    const around = { ...asked(tx, issuance), consent: allowed }
    // Nobody's consent is written down unless the session that gave it is alive.
    return Result.flatMap(issue({ ...issuance, askAgain: false }, around, tx.now), (grant) => {
      const known = tx.grants.get(issuance.grantId)
      if (known !== undefined) return withUser(known, around.user)
      tx.consents.put(allowed)
      tx.audit({
        type: "consent.granted",
        userId: consent.userId,
        clientId: consent.clientId,
        detail: {
          scope: allowed.scopes.join(" "),
          claims: allowed.claims.join(" "),
          ...(allowed.resources === undefined
            ? {}
            : { resource: allowed.resources.map(({ resource }) => resource).join(" ") })
        }
      })
      return withUser(written(tx, grant, issuance), around.user)
    })
  }
})

/** What an issue is judged by. Passkeys are only read where a login was not enough. */
const asked = (tx: AccountTransaction, request: Issuance) => ({
  ...surroundings(tx, request),
  canDoBetter: () => tx.passkeys.under(request.userId).length > 0
})

/** What tokens are made of. A code asked for again gives none once its user has been disabled. */
const withUser = (grant: Grant, user: User | undefined): Result.Result<GrantAndUser, LoginRequired> =>
  user?.status === "active"
    ? Result.succeed(new GrantAndUser({ grant, user }))
    : Result.fail(new LoginRequired({ reason: "user" }))

const written = (tx: AccountTransaction, grant: Grant, { logoutChannels }: Issuance): Grant => {
  tx.grants.put(grant)
  const session = tx.sessions.get(grant.userId, grant.sessionHash)
  const seen = session && withClient(touched(session, tx.now, defaults), grant.clientId, logoutChannels)
  if (seen !== undefined && seen !== session) tx.sessions.put(seen)
  tx.audit({
    type: givesCode(grant) ? "code.issued" : "tokens.issued",
    ...about(grant),
    detail: {
      scope: grant.scopes.join(" "),
      redirect_uri: grant.redirectUri,
      ...(grant.atOnce === true ? { access_token: "at once" } : {})
    }
  })
  return grant
}

export const redeemStep = accountStep({
  request: Redemption,
  reply: GrantAndUser,
  refusal: CodeRefused,
  run: (tx, request) => {
    const found = tx.grants.get(request.grantId)
    const around = found === undefined ? nothing : surroundings(tx, found)
    const decided = redeem(found, request, around, tx.now)
    switch (decided._tag) {
      case "Refused":
        return Result.fail(new CodeRefused({ reason: decided.reason }))
      case "Reused":
        if (found?.revokedAt === null) {
          tx.grants.put(decided.grant)
          tx.audit({ type: "code.reused", ...about(decided.grant) })
        }
        return Result.fail(new CodeRefused({ reason: "reused" }))
      case "Given":
        tx.grants.put(decided.grant)
        tx.audit({ type: "code.redeemed", ...about(decided.grant) })
    }
    return around.user === undefined
      ? Result.fail(new CodeRefused({ reason: "user" }))
      : Result.succeed(new GrantAndUser({ grant: decided.grant, user: around.user }))
  }
})

const nothing = { user: undefined, session: undefined, consent: undefined }

/** What an event says of a grant. */
export const about = (grant: Grant) => ({
  userId: grant.userId,
  clientId: grant.clientId,
  grantId: grant.id,
  sid: grant.sid
})
