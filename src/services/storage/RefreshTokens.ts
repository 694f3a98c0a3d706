/** Refresh token families: one live head, reuse revokes all. RFC 6749 §6, RFC 9700 §4.14.2, RFC 7009. */
import { type Effect, Schema } from "effect"
import { Grant, RevocationReason } from "../../domain/Grant.ts"
import { ClientId, GrantId, SecretHash } from "../../domain/Ids.ts"
import type { RefreshRefused, Rotation } from "../../domain/RefreshToken.ts"
import type { GrantAndUser } from "./AuthorizationCodes.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** A refresh token whose tag was verified, presented for introspection or revocation by its client. */
export class Presented extends Schema.Class<Presented>("Presented")({
  grantId: GrantId,
  generation: Schema.Int,
  familyHash: SecretHash,
  clientId: ClientId
}) {}

/** A refresh token's grant if the token is the live head of its family; null if it is not. */
export const Inspected = Schema.NullOr(Grant)

export class FamilyRevocation extends Schema.Class<FamilyRevocation>("FamilyRevocation")({
  presented: Presented,
  because: RevocationReason
}) {}

export const RefreshTokens = operations("RefreshToken", {
  /** Replaces the head of the family. The preceding token, in the grace time, gets the same successor again. */
  rotate: Strong<(request: Rotation) => Effect.Effect<GrantAndUser, RefreshRefused | StorageError>>({
    kind: "compareAndSwap",
    repeat: "attempt"
  }),
  inspect: Strong<(request: Presented) => Effect.Effect<Grant | null, StorageError>>({ kind: "read" }),
  /** Ends the family and all its access tokens. Another client's token changes nothing. */
  revoke: Strong<(request: FamilyRevocation) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  })
})
