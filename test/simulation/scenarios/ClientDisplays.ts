/**
 * Races over the copies of what pages show of a client: a change is seen within the bound of its declaration, whatever
 * KV answers and however long a request is held up. A refill that races with a deletion is among them.
 */
import { Effect } from "effect"
import { ClientId } from "../../../src/domain/Ids.ts"
import type { ClientDisplay } from "../../../src/domain/ClientDisplay.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { deleteClient } from "../../../src/services/flows/operator/DeleteClient.ts"
import { updateClient } from "../../../src/services/flows/operator/UpdateClient.ts"
import { Clients, displayLifetime } from "../../../src/services/storage/Clients.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import type { Entry } from "../Entry.ts"
import { registered } from "../Scene.ts"
import { doing, race, saying } from "./Race.ts"

const before = "Before"

const show = act("show", retried(Clients.display)([ClientId.make("rp")]))

const isOld = ([client]: ReadonlyArray<ClientDisplay>): boolean => client?.client_name === before

/** It was shown a while ago, so that there is a copy of it everywhere. */
const copied = registered("rp", { client_name: before }).pipe(
  Effect.andThen(Clients.display([ClientId.make("rp")])),
  Effect.andThen(Effect.sleep("10 minutes")),
  Effect.as({})
)

const uncopied = Effect.as(registered("rp", { client_name: before }), {})

/** What an hour old copy may not say any more. */
export const withinTheBound = (change: string) =>
  revocation({ revoked: doing(change), accepted: saying("show", isOld), boundMillis: displayLifetime })

/** Shown while it is changed, by somebody who finds no copy and makes one; and long after that. */
export const shownMeanwhileAndLater = {
  reader: show,
  later: Effect.andThen(Effect.sleep(displayLifetime + 1), show)
}

const renamed = act("rename", updateClient({ id: "rp", metadata: { client_name: "After" } }))
const deleted = act("delete", deleteClient("rp"))

const lags = ["stale read", "brown-out", "write refused"] as const

export const clientDisplays: ReadonlyArray<Entry> = [
  race({
    name: "rename client/show it, copied everywhere, with KV that lags",
    setup: copied,
    faults: lags,
    clients: () => ({ operator: renamed, ...shownMeanwhileAndLater }),
    oracles: [withinTheBound("rename")]
  }),
  race({
    name: "rename client/show it, copied nowhere, so that a reader makes a copy",
    setup: uncopied,
    faults: [],
    clients: () => ({ operator: renamed, ...shownMeanwhileAndLater }),
    oracles: [withinTheBound("rename")]
  }),
  race({
    name: "delete client/show it, with KV that lags or does not answer",
    setup: copied,
    faults: [...lags, "fail before", "lost request"],
    clients: () => ({ operator: deleted, later: shownMeanwhileAndLater.later }),
    oracles: [withinTheBound("delete")]
  })
]
