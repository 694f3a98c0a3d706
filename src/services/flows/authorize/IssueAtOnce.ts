/** Tokens from the authorization endpoint itself: implicit and hybrid. OIDC Core §3.2.2.5, §3.3.2.5. */
import { Effect } from "effect"
import type { AuthorizationRequest } from "../../../domain/AuthorizationRequest.ts"
import type { Client } from "../../../domain/Client.ts"
import * as Scope from "../../../domain/Scope.ts"
import { mappedClaims } from "../../../domain/ScopeMapping.ts"
import type { SigningKey } from "../../../domain/SigningKey.ts"
import type { GrantAndUser } from "../../storage/AuthorizationCodes.ts"
import { accessTokenOf, idTokenOf } from "../token/IssueTokens.ts"
import { leftHalfHash } from "../Secrets.ts"
import { sidOf, subjectOf } from "../Subject.ts"

/** The tokens that the response type names beside the code, as parameters of the answer. */
export const issueAtOnce = Effect.fn("IssueAtOnce")(function* (
  key: SigningKey,
  granted: GrantAndUser,
  given: { readonly request: AuthorizationRequest; readonly client: Client; readonly code: string }
) {
  const { responseType, state } = given.request
  const words = responseType.split(" ")
  const { grant } = granted
  const subject = yield* subjectOf(given.client, grant.userId)
  const access = words.includes("token")
    ? yield* accessTokenOf(key, granted, { subject, scopes: grant.scopes, resource: undefined, jkt: undefined })
    : undefined
  const parameters = access === undefined ? {} : { ...access, expires_in: `${access.expires_in}` }
  if (!words.includes("id_token")) return parameters
  const id_token = yield* idTokenOf(key, granted, {
    subject,
    sid: yield* sidOf(given.client, grant.sid),
    hashes: {
      ...(access === undefined ? {} : { at_hash: yield* leftHalfHash(key.alg, access.access_token) }),
      ...(words.includes("code") ? { c_hash: yield* leftHalfHash(key.alg, given.code) } : {}),
      ...(state === null ? {} : { s_hash: yield* leftHalfHash(key.alg, state) })
    },
    // Where no access token is ever given, there is no userinfo: its claims are here (OIDC Core §5.4).
    claims: responseType === "id_token" ? Scope.claimsOf(grant.scopes) : [],
    ...(responseType === "id_token" ? { mapped: mappedClaims(grant.mapped ?? [], grant.scopes, granted.user) } : {}),
    withNonce: true
  })
  return { ...parameters, id_token }
})
