/** The copies of what pages show of clients, in KV. */
import { Effect } from "effect"
import type { ClientId } from "../../domain/Ids.ts"
import { count } from "../../services/ports/Cost.ts"
import { NotExecuted, OutcomeUnknown } from "../../services/storage/StorageError.ts"
import type { Copies } from "../objects/ClientDisplays.ts"
import type { Cache } from "./Bindings.ts"

const keyOf = (id: ClientId) => `client-display:${id}`

const detailOf = (cause: unknown) => (cause instanceof Error ? cause.message : "")

export const makeClientCopies = (cache: Cache): Copies => ({
  get: (ids) =>
    Effect.tryPromise({
      try: () => cache.get(ids.map(keyOf), "text"),
      catch: (cause) => new NotExecuted({ operation: "Client.display", reason: "unavailable", detail: detailOf(cause) })
    }).pipe(
      Effect.map((found) => new Map(ids.flatMap((id) => entry(id, found.get(keyOf(id)))))),
      Effect.tap(() => count({ kvReads: ids.length }))
    ),
  put: (id, text, lifetimeMillis) =>
    written("Client.display", () => cache.put(keyOf(id), text, { expirationTtl: lifetimeMillis / 1000 })),
  delete: (id) => written("Client.forgetDisplay", () => cache.delete(keyOf(id)))
})

const entry = (id: ClientId, text: string | null | undefined): ReadonlyArray<readonly [ClientId, string]> =>
  text === null || text === undefined ? [] : [[id, text]]

const written = (operation: string, run: () => Promise<void>) =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => new OutcomeUnknown({ operation, detail: detailOf(cause) })
  }).pipe(Effect.andThen(count({ kvWrites: 1 })))
