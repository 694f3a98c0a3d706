/** Defect 2, third form: copies are deleted first and run out, but redirect URIs are believed that stand in one. */
import { Effect } from "effect"
import type { Client } from "../../../src/domain/Client.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { updateClient } from "../../../src/services/flows/operator/UpdateClient.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import { Clients, displayLifetime } from "../../../src/services/storage/Clients.ts"
import { doing, patient, saying } from "../scenarios/Race.ts"
import { asks, browserOf, registered } from "../Scene.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

/** Just as what is only shown is read, and forgotten by the same changes. */
const believed = instead(Clients, {
  find: Effect.fnUntraced(function* (id) {
    const kv = yield* Kv
    const known = yield* kv.get<Client>(`client:${id}`)
    if (known !== null) return known
    const found = yield* Clients.find(id)
    if (found !== null) yield* kv.put(`client:${id}`, found, { expirationTtl: displayLifetime / 1000 })
    return found
  }),
  forgetDisplay: (id) => Kv.use((kv) => kv.delete(`client:${id}`))
})

const asked = authorize(asks(), browserOf("n"))

const scenario = {
  setup: Effect.andThen(registered("rp"), asked),
  clients: () => ({
    browser: act("authorize", patient(asked)),
    operator: act("deregister", updateClient({ id: "rp", metadata: { redirect_uris: ["https://rp.example/new"] } }))
  }),
  oracles: [
    revocation({
      revoked: doing("deregister"),
      accepted: saying("authorize", (outcome: Outcome) => outcome._tag !== "Unanswerable")
    })
  ]
} as const

export const redirectUrisFromKv = mutant(import.meta.url, {
  of: "2c",
  name: "redirect URIs are read from the copies in KV",
  killedBy: "Revocation",
  within: 100,
  broken: { ...scenario, layer: believed },
  sound: { ...scenario, layer: MemoryProvider }
})
