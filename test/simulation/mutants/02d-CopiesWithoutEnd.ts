/** Defect 2, fourth form: what pages show is deleted first, but a copy that a racing reader makes does not run out. */
import { Effect } from "effect"
import type { ClientDisplay } from "../../../src/domain/ClientDisplay.ts"
import { displayOf } from "../../../src/domain/ClientDisplay.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { updateClient } from "../../../src/services/flows/operator/UpdateClient.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"
import { shownMeanwhileAndLater, withinTheBound } from "../scenarios/ClientDisplays.ts"
import { registered } from "../Scene.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const withoutEnd = instead(Clients, {
  display: Effect.fnUntraced(function* (ids) {
    const kv = yield* Kv
    const [id] = ids
    if (id === undefined) return []
    const known = yield* kv.get<ClientDisplay>(`client:${id}`)
    if (known !== null) return [known]
    const found = (yield* Clients.findAll(ids)).map(displayOf)
    for (const one of found) yield* kv.put(`client:${id}`, one)
    return found
  }),
  forgetDisplay: (id) => Kv.use((kv) => kv.delete(`client:${id}`))
})

const scenario = {
  setup: registered("rp", { client_name: "Before" }),
  clients: () => ({
    operator: act("rename", updateClient({ id: "rp", metadata: { client_name: "After" } })),
    ...shownMeanwhileAndLater
  }),
  oracles: [withinTheBound("rename")]
} as const

export const copiesWithoutEnd = mutant(import.meta.url, {
  of: "2d",
  name: "a copy of what pages show does not run out",
  killedBy: "Revocation",
  within: 1_000,
  broken: { ...scenario, layer: withoutEnd },
  sound: { ...scenario, layer: MemoryProvider }
})
