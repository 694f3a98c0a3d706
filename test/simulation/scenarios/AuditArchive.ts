/**
 * Old events on their way from D1 into the archive: whatever fails, whoever archives at the same time and whatever is
 * delivered late, each is found once. And security events: in D1 before anybody hears an answer.
 */
import { Effect, Exit } from "effect"
import { type AuditEvent, eventIdOf } from "../../../src/domain/AuditEvent.ts"
import { UserId } from "../../../src/domain/Ids.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryDatabase } from "../../../src/layers/test/MemoryDatabase.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { audit } from "../../../src/layers/test/oracles/Audit.ts"
import type { Oracle, Scenario } from "../../../src/layers/test/Scenario.ts"
import { archiveAudit } from "../../../src/services/flows/audit/ArchiveAudit.ts"
import { findEvents } from "../../../src/services/flows/audit/FindEvents.ts"
import { AuditLog } from "../../../src/services/storage/AuditLog.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { type Entry, entry } from "../Entry.ts"
import { type Provider, redeem, withCode, type WithCode } from "../Scene.ts"
import { actionsOf, platformFaults, refusalOf, type Rule } from "./Race.ts"
import { isInvalidGrant } from "./Rules.ts"

const eventOf = (n: number): AuditEvent => ({
  id: eventIdOf(n, String(n).padStart(14, "A")),
  at: n,
  type: "session.ended",
  userId: UserId.make(`1-0.${"u".repeat(22)}`)
})

/** Three events that are old by now, and one of the same time that the queue still has. */
export const withOldEvents = Effect.gen(function* () {
  const old = [1, 3, 5].map(eventOf)
  yield* AuditLog.append(old)
  yield* Effect.sleep("100 days")
  return { old, late: eventOf(4) }
})

export type WithOldEvents = Effect.Success<typeof withOldEvents>

/** What somebody finds who looks for everything: an event that were found twice would come twice. */
const found = Effect.gen(function* () {
  const events: Array<string> = []
  let next: string | null = null
  do {
    const page: Effect.Success<ReturnType<typeof findEvents>> = yield* findEvents(
      next === null ? { limit: 2 } : { limit: 2, after: next }
    )
    events.push(...page.events.map(({ id }) => id))
    next = page.next
  } while (next !== null)
  return events
})

const effected = (id: string) => ({ what: "event", key: id })

/** Each event that the log took is found once. */
export const eachIsFound = audit<WithOldEvents, Provider>({
  effects: ({ history, scene }) => [
    ...scene.old.map(({ id }) => effected(id)),
    ...(history.actions.some((one) => one.action === "deliver" && succeeded(one)) ? [effected(scene.late.id)] : [])
  ],
  unknown: ({ scene }) => [effected(scene.late.id)],
  events: Effect.map(found, (ids) => ids.map(effected))
})

/** And is in the log or in the archive, and in no two batches of that. */
const eachIsInOne: Oracle<WithOldEvents, Provider> = {
  name: "Audit",
  judge: (run) => {
    const kept = run.ask(MemoryDatabase.use((db) => Effect.sync(() => batchesOf(db))))
    if (Exit.isFailure(kept)) return "nobody can say what the archive has"
    const { events, overlap } = kept.value
    return overlap || events.length !== new Set(events).size ? "two batches have the same event" : undefined
  }
}

const batchesOf = (db: MemoryDatabase) => {
  const batches = db.auditBatches.values()
  const overlap = batches.some(({ first, last }, index) =>
    batches.some((other, at) => at !== index && other.first <= last && other.last >= first)
  )
  const events = batches.flatMap(({ key }) => (db.archive.get(key) ?? "").split("\n").filter((line) => line !== ""))
  return { events, overlap }
}

/** In the end everything that is old is archived. */
const isDone: Oracle<WithOldEvents, Provider> = {
  name: "Liveness",
  judge: (run) => {
    const left = run.ask(
      Effect.andThen(
        archiveAudit(),
        MemoryDatabase.use((db) => Effect.sync(() => db.auditLog.size))
      )
    )
    return Exit.isSuccess(left) && left.value === 0 ? undefined : "old events are left in D1"
  }
}

const archives = act("archive", archiveAudit())

type Archiving = Omit<Scenario<WithOldEvents, Provider>, "layer" | "setup" | "oracles">

const archiving = (scenario: Archiving): Entry =>
  entry<WithOldEvents, Provider>(
    { layer: MemoryProvider, setup: withOldEvents, oracles: [eachIsFound, eachIsInOne, isDone], ...scenario },
    "exhaustive"
  )

/** Whoever shows a code again is refused, and the operator knows by then. */
export const toldBefore: Rule = {
  name: "Audit",
  judge: (run) => {
    const refused = actionsOf(run, "redeem again").filter((one) => isInvalidGrant(refusalOf(one)))
    const told = run.ask(MemoryDatabase.use((db) => Effect.sync(() => db.auditLog.values().map(({ type }) => type))))
    const isTold = Exit.isSuccess(told) && told.value.includes("code.reused")
    return refused.length > 0 && !isTold ? "somebody heard that a code was used before, and D1 did not" : undefined
  }
}

/** A code that was redeemed, and whoever else has it. */
export const withRedeemed = Effect.tap(withCode, redeem)

export const showsAgain = (scene: WithCode) => ({ thief: act("redeem again", redeem(scene)) })

export const auditArchive: ReadonlyArray<Entry> = [
  archiving({
    name: "audit: an archiver, any fault",
    clients: () => ({ cron: archives }),
    faults: platformFaults,
    atMost: 2
  }),
  archiving({
    name: "audit: an archiver beside a late delivery",
    clients: ({ late, old }) => ({
      cron: archives,
      queue: act("deliver", retried(AuditLog.append)([late, ...old.slice(0, 1)]))
    }),
    faults: ["lost reply", "lost request", "late execution", "disconnect"]
  }),
  archiving({
    name: "audit: two archivers",
    clients: () => ({ first: archives, second: archives }),
    faults: ["lost reply", "disconnect"]
  }),
  entry<WithCode, Provider>(
    {
      name: "audit: a code that is shown again, told before the answer",
      layer: MemoryProvider,
      setup: withRedeemed,
      clients: showsAgain,
      oracles: [toldBefore],
      faults: platformFaults
    },
    "exhaustive"
  )
]
