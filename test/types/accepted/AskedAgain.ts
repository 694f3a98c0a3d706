/** What may be asked again, and that asking again changes nothing in the type. */
import type { Effect } from "effect"
import { type AttemptId, type Eventual, type Strong, strongly } from "../../../src/services/storage/Consistency.ts"
import { retried, retriedIfNotExecuted } from "../../../src/services/storage/Retry.ts"
import type { StorageError } from "../../../src/services/storage/StorageError.ts"
import { AuthorizationCode, Clients, type Grant } from "../Declared.ts"

export const read: (code: string) => Effect.Effect<Grant | undefined, StorageError, Strong<"AuthorizationCode.find">> =
  retried(AuthorizationCode.find)

export const idempotent: (
  code: string,
  grant: Grant
) => Effect.Effect<void, StorageError, Strong<"AuthorizationCode.issue">> = retried(AuthorizationCode.issue)

export const attempted: (request: {
  readonly code: string
  readonly attempt: AttemptId
}) => Effect.Effect<Grant, StorageError, Strong<"AuthorizationCode.redeem">> = retried(AuthorizationCode.redeem)

export const eventual: (id: string) => Effect.Effect<string, StorageError, Eventual<"Clients.display">> = retried(
  Clients.display
)

export const counted: (code: string) => Effect.Effect<number, StorageError, Strong<"AuthorizationCode.count">> =
  retriedIfNotExecuted(AuthorizationCode.count)

export const strong: (id: string) => Effect.Effect<string, StorageError, Strong<"Clients.display">> = retried(
  strongly(Clients).display
)
