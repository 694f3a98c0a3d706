/** Clients read through a cache in KV, which whoever changes one deletes: two defects, and one scene for both. */
import { Effect } from "effect"
import type { Client } from "../../../src/domain/Client.ts"
import type { ClientId } from "../../../src/domain/Ids.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { ofNamed } from "../../../src/layers/test/oracles/Of.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { authenticateClient } from "../../../src/services/flows/client/AuthenticateClient.ts"
import { deleteClient } from "../../../src/services/flows/operator/DeleteClient.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"
import { registered, relyingParty } from "../Scene.ts"
import { instead } from "./Instead.ts"

const keyOf = (id: ClientId) => `client:${id}`

/** First D1, then the cache. */
export const cachedInKv = instead(Clients, {
  find: Effect.fnUntraced(function* (id) {
    const kv = yield* Kv
    const known = yield* kv.get<Client>(keyOf(id))
    if (known !== null) return known
    const found = yield* Clients.find(id)
    if (found !== null) yield* kv.put(keyOf(id), found)
    return found
  }),
  remove: (id, event, version) =>
    Effect.andThen(
      Clients.remove(id, event, version),
      Kv.use((kv) => kv.delete(keyOf(id)))
    )
})

/** Longer than anybody has promised that a cache lags. */
export const bound = 60_000
const longAfter = 2 * bound

const authenticate = act("authenticate", authenticateClient(relyingParty))

export const scene = {
  setup: registered("rp"),
  oracles: [
    revocation({
      revoked: ofNamed("delete", () => "rp"),
      accepted: ofNamed("authenticate", () => "rp"),
      boundMillis: bound
    })
  ]
}

/** The operator deletes the client, which is long gone when it comes to authenticate. */
export const deletedThenUsed = {
  operator: act("delete", deleteClient("rp")),
  client: Effect.andThen(Effect.sleep(longAfter), authenticate)
}

/** Authenticates while it is being deleted. */
export const atTheSameTime = { before: authenticate }
