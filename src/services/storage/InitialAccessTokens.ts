/** Tokens that allow their holders to register clients, in D1, counted. RFC 7591 §3. */
import { type Effect, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { Client } from "../../domain/Client.ts"
import type { InitialAccessToken, InitialTokenId } from "../../domain/InitialAccessToken.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** The token is not there, has expired or is used up; or there is a client of this id. */
export class RegistrationRefused extends Schema.TaggedError<RegistrationRefused>()("RegistrationRefused", {}) {}

/** There is no such token (any more). */
export class InitialTokenGone extends Schema.TaggedError<InitialTokenGone>()("InitialTokenGone", {}) {}

export interface TokenUse {
  readonly tokenId: InitialTokenId
  readonly client: Client
  /** Milliseconds; a token whose end is not later is refused. */
  readonly now: number
}

export const InitialAccessTokens = operations("InitialAccessToken", {
  find: Strong<(id: InitialTokenId) => Effect.Effect<InitialAccessToken | null, StorageError>>({ kind: "read" }),
  /** In the order of their ids, after `after`, at most `limit`. */
  list: Strong<
    (page: { after: string; limit: number }) => Effect.Effect<ReadonlyArray<InitialAccessToken>, StorageError>
  >({ kind: "read" }),
  /** A new token, whose id is random: nobody else can have it. */
  create: Strong<(token: InitialAccessToken, event: AuditEvent) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /** Makes the client and counts the use, or does neither. */
  register: Strong<(use: TokenUse, event: AuditEvent) => Effect.Effect<void, RegistrationRefused | StorageError>>({
    kind: "consume",
    repeat: "idempotent"
  }),
  revoke: Strong<(id: InitialTokenId, event: AuditEvent) => Effect.Effect<void, InitialTokenGone | StorageError>>({
    kind: "write",
    repeat: "idempotent"
  })
})
