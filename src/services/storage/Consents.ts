/** What users have allowed clients. OIDC Core §3.1.2.4. Consents are written with the code they allow (`approve`). */
import { type Effect, Schema } from "effect"
import type { Consent } from "../../domain/Consent.ts"
import { ClientId, UserId } from "../../domain/Ids.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export class ConsentKey extends Schema.Class<ConsentKey>("ConsentKey")({ userId: UserId, clientId: ClientId }) {}

export const Consents = operations("Consent", {
  /** All that a user has allowed, in the order of the clients' ids. */
  list: Strong<(userId: UserId) => Effect.Effect<ReadonlyArray<Consent>, StorageError>>({ kind: "read" }),
  /** Withdraws a consent: every grant that rests on it falls with it. True if there was one. */
  withdraw: Strong<(key: ConsentKey) => Effect.Effect<boolean, StorageError>>({ kind: "write", repeat: "idempotent" })
})
