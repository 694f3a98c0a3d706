/**
 * A user's access token that is shown at an endpoint of this provider's own, with the key it is bound to.
 * RFC 6750 §2, RFC 9068 §4, RFC 9449 §7.
 */
import { Effect } from "effect"
import { mayProveWith } from "../../../domain/ClientRules.ts"
import { type ShownProof, type TokenScheme, unproven } from "../../../domain/Dpop.ts"
import type { Grant } from "../../../domain/Grant.ts"
import { InvalidToken } from "../../../domain/OAuthError.ts"
import { AccessTokenClaims } from "../../../domain/Tokens.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { admit } from "../limits/Admit.ts"
import { proveKey, type ProvenKey, refused } from "./ProveKey.ts"
import { readAccessToken } from "./ReadAccessToken.ts"

/** How a token was presented, and what came with it. */
export interface Presentation {
  readonly scheme: TokenScheme
  readonly proof: ShownProof
}

export const byBearer: Presentation = { scheme: "Bearer", proof: unproven }

/** A token whose key was proved, if it is bound to one. Whether it still stands is storage's to say. */
export interface PresentedToken {
  readonly claims: AccessTokenClaims
  readonly proven: ProvenKey | undefined
}

/** What is wrong is told to the log alone. */
export const invalidToken = (reason: string) =>
  new InvalidToken({ error_description: "the access token is not valid", reason, status: 401 })

export const presentedToken = Effect.fn("PresentedToken")(function* (token: string, presentation: Presentation) {
  const { issuer } = yield* ProviderConfig
  const claims = yield* readAccessToken(token)
  if (claims === undefined) return yield* invalidToken("malformed, expired or not ours")
  // What was given to a resource server must not open this provider to it (RFC 9068 §4, RFC 9700 §2.3).
  if (claims.aud !== issuer) return yield* invalidToken("for somebody else")
  if (!(claims instanceof AccessTokenClaims)) return yield* invalidToken("of a client, and no user's")
  if (!claims.scope.split(" ").includes("openid")) {
    return yield* new InvalidToken({ error_description: "the openid scope is required", reason: "scope", status: 403 })
  }
  yield* admit("account", claims.sub)
  const presented: PresentedToken = { claims, proven: yield* proveTokenKey(claims, token, presentation) }
  return presented
})

/** Which algorithms the client is held to is known only with its grant, and a key of RSA goes with several. */
export const provenAsAllowed = (
  { proven }: Pick<PresentedToken, "proven">,
  { profile }: { readonly profile?: Grant["profile"] | undefined }
) => (proven === undefined || mayProveWith(profile, proven.alg) ? Effect.void : Effect.fail(refused("alg")))

/** A token that is bound to a key is no bearer's, and a bearer's token is bound to none (§7.1, §7.2). */
export const proveTokenKey = Effect.fnUntraced(function* (
  { cnf }: Pick<AccessTokenClaims, "cnf">,
  text: string,
  { proof, scheme }: Presentation
) {
  if (scheme === "Bearer") return cnf === undefined ? undefined : yield* invalidToken("bound to a key, and not proved")
  if (cnf === undefined) return yield* invalidToken("bound to no key")
  return yield* proveKey(proof, { required: true, algs: null, token: { text, jkt: cnf.jkt } })
})
