/**
 * Access tokens that clients got for themselves: whether one was ended, and ending one. RFC 7662 §2.2, RFC 7009 §2.1.
 *
 * Such a token rests on nothing but its signature and its client, so that none is written down until it is ended.
 */
import { type Effect, Schema } from "effect"
import { ClientId, ClientTokenId } from "../../domain/Ids.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** Ending one token; its id is kept until it would have expired (milliseconds). */
export class ClientTokenRevocation extends Schema.Class<ClientTokenRevocation>("ClientTokenRevocation")({
  jti: ClientTokenId,
  clientId: ClientId,
  expiresAt: Schema.Int
}) {}

export const ClientTokens = operations("ClientToken", {
  /** Whether a token whose signature was verified stands: nobody has ended it. */
  inspect: Strong<(jti: ClientTokenId) => Effect.Effect<boolean, StorageError>>({ kind: "read" }),
  revoke: Strong<(request: ClientTokenRevocation) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  })
})
