/**
 * What an access token is for: the provider's own userinfo, or one resource server. RFC 8707, RFC 9068 §2.2.
 *
 * A grant remembers its resource servers as they were when the user agreed: so a token is made, and refreshed, without
 * looking anything up after the code is spent, and a resource server that is changed changes new grants only
 * (docs/decisions/0016-resource-servers.md).
 */
import { Result, Schema } from "effect"
import { supported } from "./Scope.ts"

export const TokenFormat = Schema.Literals(["jwt", "opaque"])
export type TokenFormat = typeof TokenFormat.Type

export class AccessTarget extends Schema.Class<AccessTarget>("AccessTarget")({
  /** The `aud` of the token: the resource server's identifier, or the issuer. */
  audience: Schema.String,
  /** The scopes that mean something there. */
  scopes: Schema.Array(Schema.String),
  format: TokenFormat,
  /** Milliseconds. */
  lifetime: Schema.Int
}) {}

/** The provider itself, whose access tokens open userinfo. `mapped` are scopes of its operator's own. */
export const provider = (issuer: string, lifetime: number, mapped: ReadonlyArray<string> = []): AccessTarget =>
  new AccessTarget({ audience: issuer, scopes: [...supported, ...mapped], format: "jwt", lifetime })

/**
 * Which of a grant's targets a token is for; null is the provider itself. A token is for one of them: without a name
 * it is the only one, or the provider if the user let the client know who they are.
 */
export const choose = (
  targets: ReadonlyArray<AccessTarget>,
  named: string | undefined,
  scopes: ReadonlyArray<string>
): Result.Result<AccessTarget | null, "resource"> => {
  if (named !== undefined) {
    const found = targets.find(({ audience }) => audience === named)
    return found === undefined ? Result.fail("resource") : Result.succeed(found)
  }
  const [only] = targets
  if (only === undefined) return Result.succeed(null)
  if (targets.length === 1) return Result.succeed(only)
  return scopes.includes("openid") ? Result.succeed(null) : Result.fail("resource")
}
