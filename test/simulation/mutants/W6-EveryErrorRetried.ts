/** A wrong repair of defect 5: every error of D1 is tried again, also where nobody knows whether it was done. */
import { Effect, Exit } from "effect"
import type { Client } from "../../../src/domain/Client.ts"
import { MemoryDatabase } from "../../../src/layers/test/MemoryDatabase.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { audit } from "../../../src/layers/test/oracles/Audit.ts"
import { succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { updateClient } from "../../../src/services/flows/operator/UpdateClient.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"
import { OutcomeUnknown } from "../../../src/services/storage/StorageError.ts"
import { type Provider, registered } from "../Scene.ts"
import { allEvents } from "../scenarios/Audited.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

/** The rows of the log are numbered by the database, so that each insert is a row of its own. */
const layer = instead(Clients, {
  update: (client, event) =>
    MemoryDatabase.use(({ auditLog, clients, world }) => {
      const execute = (): Exit.Exit<void, OutcomeUnknown> => {
        clients.set(client.id, client)
        auditLog.set(world.nextEventId(), event)
        return Exit.void
      }
      const lost = Exit.fail(new OutcomeUnknown({ operation: "UPDATE, INSERT", detail: "the database did not answer" }))
      return world.call({
        place: "D1",
        operation: "UPDATE, INSERT",
        execute,
        befalls: [{ fault: "lost reply", executes: "now", hears: lost }]
      })
    })
})

const what = "client.updated"

const scenario = {
  setup: registered("rp"),
  clients: () => ({
    operator: act("rename", updateClient({ id: "rp", metadata: { client_name: "another name" } }))
  }),
  oracles: [
    audit<Client, Provider>({
      effects: ({ history }) => history.actions.filter(succeeded).map(() => ({ what, key: "rp" })),
      events: Effect.map(allEvents, (events) =>
        events.map(({ clientId, type }) => ({ what: type as string, key: clientId ?? "" }))
      )
    })
  ],
  faults: ["lost reply", "lost request", "overload"]
} as const

export const everyErrorRetried = mutant(import.meta.url, {
  of: "W6",
  name: "every error of D1 is tried again",
  killedBy: "Audit",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
