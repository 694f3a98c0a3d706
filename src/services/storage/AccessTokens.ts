/** Access tokens: whether one still stands, and ending one. RFC 7662 §2.2, RFC 7009 §2.1. */
import { type Effect, Schema } from "effect"
import { AccessTokenId, ClientId } from "../../domain/Ids.ts"
import type { GrantAndUser } from "./AuthorizationCodes.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** Ending one access token; its id is kept until it would have expired (milliseconds). */
export class TokenRevocation extends Schema.Class<TokenRevocation>("TokenRevocation")({
  jti: AccessTokenId,
  clientId: ClientId,
  expiresAt: Schema.Int
}) {}

export const AccessTokens = operations("AccessToken", {
  /** The grant and the user behind a token whose signature was verified; null once anything under it has fallen. */
  inspect: Strong<(jti: AccessTokenId) => Effect.Effect<GrantAndUser | null, StorageError>>({ kind: "read" }),
  revoke: Strong<(request: TokenRevocation) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  })
})
