/** The operations and the storage from which the programs under `accepted/` and `refused/` are made. */
import type { Effect } from "effect"
import { type AttemptId, Eventual, operations, Strong } from "../../src/services/storage/Consistency.ts"
import { storage } from "../../src/services/storage/Storage.ts"
import type { StorageError } from "../../src/services/storage/StorageError.ts"

export interface Grant {
  readonly client: string
}

export const AuthorizationCode = operations("AuthorizationCode", {
  find: Strong<(code: string) => Effect.Effect<Grant | undefined, StorageError>>({ kind: "read" }),
  issue: Strong<(code: string, grant: Grant) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  redeem: Strong<
    (request: { readonly code: string; readonly attempt: AttemptId }) => Effect.Effect<Grant, StorageError>
  >({ kind: "consume", repeat: "attempt" }),
  count: Strong<(code: string) => Effect.Effect<number, StorageError>>({ kind: "increment", repeat: "never" })
})

export const Clients = operations("Clients", {
  display: Eventual<(id: string) => Effect.Effect<string, StorageError>>({
    kind: "read",
    bound: "a minute",
    because: "a name on a page decides nothing"
  }),
  rename: Eventual<(id: string, name: string) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent",
    bound: "a minute",
    because: "the last name wins"
  })
})

interface Rows {
  readonly first: <A>(sql: string, read: (row: unknown) => A) => Effect.Effect<A, StorageError>
}

export const D1Primary = storage.strong("D1.primary")<Rows>()
export const KvClients = storage.eventual("KV.Clients")<Rows>()

export const grant = (_row: unknown): Grant => ({ client: "c" })
export const name = (_row: unknown): string => "n"
export const nothing = (_row: unknown): void => undefined
export const one = (_row: unknown): number => 1
