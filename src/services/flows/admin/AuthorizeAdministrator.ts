/**
 * Who asks the admin API for something, and whether they may: judged anew at each request, by storage as it is now.
 * RFC 9068 §4, RFC 6750 §3.1, RFC 9449 §7, docs/decisions/0029-admin-api.md.
 */
import { Effect } from "effect"
import { adminAudience, type AdminScope, isAdminScope } from "../../../domain/AdminScope.ts"
import { type Client, isHolder } from "../../../domain/Client.ts"
import { ClientTokenClaims } from "../../../domain/ClientToken.ts"
import { InvalidToken } from "../../../domain/OAuthError.ts"
import type { AccessTokenClaims } from "../../../domain/Tokens.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { AccessTokens } from "../../storage/AccessTokens.ts"
import { Clients } from "../../storage/Clients.ts"
import { ClientTokens } from "../../storage/ClientTokens.ts"
import { retried } from "../../storage/Retry.ts"
import { tellOnce } from "../audit/Tell.ts"
import { invalidToken, type Presentation, proveTokenKey, provenAsAllowed } from "../token/PresentedToken.ts"
import { readSignedAccessToken } from "../token/ReadAccessToken.ts"
import { permittedTo } from "./Permissions.ts"

/** Who asks, and all that this token lets them do now. */
export interface Administration {
  /** The user's id, or the client's if it asks for itself. */
  readonly by: string
  readonly permitted: ReadonlyArray<AdminScope>
}

export const authorizeAdministrator = Effect.fn("AuthorizeAdministrator")(function* (
  token: string,
  presentation: Presentation,
  needed: AdminScope
) {
  const { issuer } = yield* ProviderConfig
  const claims = yield* readSignedAccessToken(token)
  if (claims === undefined) return yield* invalidToken("malformed, expired or not ours")
  if (claims.aud !== adminAudience(issuer)) return yield* invalidToken("for somebody else")
  const proven = yield* proveTokenKey(claims, token, presentation)
  const { by, may, profile } = claims instanceof ClientTokenClaims ? yield* ofClient(claims) : yield* ofUser(claims)
  yield* provenAsAllowed({ proven }, { profile })
  const told = (claims.scope ?? "").split(" ")
  const permitted = may.filter((scope) => told.includes(scope))
  if (!permitted.includes(needed)) {
    const detail = { who: by, scope: needed }
    yield* tellOnce({ type: "admin.refused", clientId: claims.client_id, detail }, `${claims.jti} ${needed}`)
    return yield* insufficient(needed)
  }
  const administration: Administration = { by, permitted }
  return administration
})

/** A user's token stands on a grant, and says no more than the user's roles and its client's registration do now. */
const ofUser = Effect.fnUntraced(function* (claims: AccessTokenClaims) {
  const found = yield* retried(AccessTokens.inspect)(claims.jti)
  if (found === null) return yield* invalidToken("revoked")
  const { grant, user } = found
  const given = givenTo(yield* holderOf(claims))
  const may = (yield* permittedTo(user.roles ?? [])).filter((scope) => given.includes(scope))
  return { by: user.id, may, profile: grant.profile }
})

/** A client's own token stands on its registration, and says no more than that allows now. */
const ofClient = Effect.fnUntraced(function* (claims: ClientTokenClaims) {
  if (!(yield* retried(ClientTokens.inspect)(claims.jti))) return yield* invalidToken("revoked")
  const client = yield* holderOf(claims)
  const may = client.metadata.grant_types.includes("client_credentials") ? givenTo(client) : []
  return { by: client.id, may, profile: client.metadata.profile }
})

/** The client that a token was given to, as it is registered now. */
const holderOf = Effect.fnUntraced(function* (claims: AccessTokenClaims | ClientTokenClaims) {
  const client = yield* retried(Clients.find)(claims.client_id)
  return client !== null && isHolder(client, claims) ? client : yield* invalidToken("of a client that is gone")
})

/** Whoever registered by themselves leads codes where they like, so no such scope is good in their hands. */
const givenTo = ({ metadata, registrationToken }: Client): ReadonlyArray<AdminScope> =>
  registrationToken === undefined ? metadata.scopes.filter(isAdminScope) : []

const insufficient = (needed: AdminScope) =>
  new InvalidToken({ error_description: `the scope ${needed} is required`, reason: "scope", status: 403 })
