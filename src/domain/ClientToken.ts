/** Access tokens that clients get for themselves: their scopes and claims. RFC 6749 §4.4, RFC 9068 §2.2. */
import { Result, Schema } from "effect"
import { isReserved } from "./AdminScope.ts"
import type { AccessTarget } from "./AccessTarget.ts"
import type { Client } from "./Client.ts"
import { ClientId, ClientTokenId, Jkt } from "./Ids.ts"
import { toSeconds } from "./Lifetime.ts"
import * as Scope from "./Scope.ts"

/** The payload of a client's own token. No user stands behind it, so that none is named. Times in seconds. */
export class ClientTokenClaims extends Schema.Class<ClientTokenClaims>("ClientTokenClaims")({
  iss: Schema.String,
  /** The client itself (RFC 9068 §2.2). */
  sub: ClientId,
  aud: Schema.String,
  client_id: ClientId,
  /** Absent if the token is for none: the audience alone says what it is good for. */
  scope: Schema.optionalKey(Schema.String),
  jti: ClientTokenId,
  iat: Schema.Int,
  exp: Schema.Int,
  /** The key that whoever uses the token has to prove. RFC 9449 §6.1. */
  cnf: Schema.optionalKey(Schema.Struct({ jkt: Jkt }))
}) {}

/**
 * What a client may have for itself of what it asks for; all of that, if it does not say. The provider's own scopes
 * are about users, and there is none. `target` is the resource server that is named; null for the provider itself.
 *
 * Refused for a request for more (RFC 6749 §5.2 `invalid_scope`), and for a resource server at which the client may do
 * nothing: one that looks at the audience alone would let it in. One without scopes does just that, and lets in every
 * client that the operator made: whoever registered by themselves may not be allowed more than a user is asked for.
 */
export const scopesFor = (
  client: Client,
  asked: ReadonlyArray<string> | null,
  target: AccessTarget | null
): Result.Result<ReadonlyArray<string>, "scope" | "resource"> => {
  const registered = client.registrationToken === undefined ? client.metadata.scopes : givenToAnybody(client)
  const allowed = registered.filter(
    (scope) => !Scope.isOwn(scope) && (target === null ? !isReserved(scope) : target.scopes.includes(scope))
  )
  const isOpen = target === null || (target.scopes.length === 0 && client.registrationToken === undefined)
  if (!isOpen && allowed.length === 0) return Result.fail("resource")
  if (asked === null) return Result.succeed(allowed)
  return Scope.covers(allowed, asked) ? Result.succeed(asked) : Result.fail("scope")
}

/** Whoever registered by themselves administers nothing. */
const givenToAnybody = ({ metadata }: Client) => metadata.scopes.filter((scope) => !isReserved(scope))

export const clientToken = (
  client: Client,
  options: {
    readonly issuer: string
    readonly jti: ClientTokenId
    readonly target: AccessTarget
    readonly scopes: ReadonlyArray<string>
    readonly jkt: Jkt | undefined
    readonly now: number
  }
): ClientTokenClaims =>
  new ClientTokenClaims({
    iss: options.issuer,
    sub: client.id,
    aud: options.target.audience,
    client_id: client.id,
    ...(options.scopes.length === 0 ? {} : { scope: options.scopes.join(" ") }),
    jti: options.jti,
    iat: toSeconds(options.now),
    exp: toSeconds(options.now + options.target.lifetime),
    ...(options.jkt === undefined ? {} : { cnf: { jkt: options.jkt } })
  })
