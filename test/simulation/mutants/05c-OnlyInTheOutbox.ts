/** Defect 5, a third time: a security event is on its way when whoever caused it hears the answer, and that is all. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { AuditLog } from "../../../src/services/storage/AuditLog.ts"
import { showsAgain, toldBefore, withRedeemed } from "../scenarios/AuditArchive.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const scenario = { setup: withRedeemed, clients: showsAgain, oracles: [toldBefore], faults: ["lost reply"] } as const

export const onlyInTheOutbox = mutant(import.meta.url, {
  of: "5c",
  name: "a security event is told by the outbox alone",
  killedBy: "Audit",
  within: 10,
  broken: { ...scenario, layer: instead(AuditLog, { append: () => Effect.void }) },
  sound: { ...scenario, layer: MemoryProvider }
})
