/**
 * From an effect to its event in the log: outbox, alarm, queue, consumer, D1, all of it the production code but for the
 * platform. Every acknowledged effect has exactly one event when everything has come to rest, whatever went wrong on
 * the way, and nothing is left behind.
 */
import { Effect, Layer } from "effect"
import type { AuditEvent } from "../../../src/domain/AuditEvent.ts"
import { UserId } from "../../../src/domain/Ids.ts"
import type { Session } from "../../../src/domain/Session.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryWorld } from "../../../src/layers/test/Memory.ts"
import { MemoryDatabase } from "../../../src/layers/test/MemoryDatabase.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { MemoryBackground, memoryBackground } from "../../../src/layers/test/models/Background.ts"
import type { Delivered } from "../../../src/layers/test/models/QueueModel.ts"
import { isUnknown, succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { audit, type Effected } from "../../../src/layers/test/oracles/Audit.ts"
import type { Finished, Oracle, Scenario } from "../../../src/layers/test/Scenario.ts"
import { buryDead, deliverOutbox, type Delivery } from "../../../src/services/flows/DeliverOutbox.ts"
import { wakeShards } from "../../../src/services/flows/upkeep/WakeShards.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { Users } from "../../../src/services/storage/Users.ts"
import { anotherSession, freshSession, keyOf, profile, signedIn } from "../../../src/services/storage/World.laws.ts"
import { type Entry, entry } from "../Entry.ts"
import { platformFaults } from "./Race.ts"

const comesAgain = Effect.map(({ again }: Delivery) => again.map(({ id }) => id))

/** What the Worker does with a batch: what was not delivered comes again, and all of it if the flow fails. */
export const workerConsumers = {
  outbox: (messages: ReadonlyArray<Delivered>) => comesAgain(deliverOutbox(messages)),
  dead: (messages: ReadonlyArray<Delivered>) => comesAgain(buryDead(messages))
}

/** A provider with all that goes on behind its requests. */
export const ProviderWithBackground = memoryBackground(workerConsumers).pipe(Layer.provideMerge(MemoryProvider))

export type WithBackground = Layer.Success<typeof ProviderWithBackground>

/** All that may go wrong on the way of an event, but for an alarm that is given up. */
export const pipelineFaults: ReadonlyArray<Fault> = [
  ...platformFaults,
  "duplicate delivery",
  "reordered delivery",
  "consumer failure",
  "duplicate alarm"
]

// ---------------------------------------------------------------------------------------------------------------
// What there is, and what clients do

/** A user with three sessions in one home, and everything about them delivered. */
export const withSessions = Effect.gen(function* () {
  const { session, user } = yield* signedIn
  const second = yield* anotherSession(user.id)
  const third = yield* anotherSession(user.id)
  const fresh = yield* freshSession(user.id)
  // The home of the same shard, so that their events leave by the same outbox.
  const neighbour = UserId.make(`${user.id.slice(0, user.id.indexOf("."))}.${"n".repeat(22)}`)
  yield* Effect.flatMap(MemoryBackground, ({ drain }) => drain)
  return { user, session, second, third, fresh, neighbour }
})

export type WithSessions = Effect.Success<typeof withSessions>

/** Actions are called after the event that they must have, and what it is about. */
export const ends = (session: Session) => act(`session.ended ${session.sid}`, retried(Sessions.end)(keyOf(session)))

export const opens = (session: Session) =>
  act(`session.started ${session.sid}`, retried(Sessions.open)({ session, replaces: null }))

export const makes = (userId: UserId) =>
  act(`user.created ${userId}`, retried(Users.create)({ userId, profile, passwordHash: null }))

// ---------------------------------------------------------------------------------------------------------------
// What must hold

const effected = (action: string): Effected => {
  const [what = "", key = ""] = action.split(" ")
  return { what, key }
}

const about = ({ sid, type, userId }: AuditEvent): Effected => ({
  what: type,
  key: type.startsWith("session.") ? (sid ?? "") : (userId ?? "")
})

const actions = (run: Finished<unknown, WithBackground>) => run.history.actions

/** Asked of the log itself: an event that waits somewhere is no event yet. */
const isAudited = audit<unknown, WithBackground>({
  effects: (run) =>
    actions(run)
      .filter(succeeded)
      .map(({ action }) => effected(action)),
  unknown: (run) =>
    actions(run)
      .filter(isUnknown)
      .map(({ action }) => effected(action)),
  events: MemoryDatabase.use(({ auditLog }) => Effect.sync(() => auditLog.values().map(about)))
})

/** What is still on its way when everything has come to rest: messages in outboxes and queues, and dead letters. */
export const leftBehind = Effect.gen(function* () {
  const { accounts, keyRing, tickets } = yield* MemoryWorld
  const { dead, outbox } = yield* MemoryBackground
  const { deadLetters } = yield* MemoryDatabase
  const homes = [accounts, keyRing, tickets].flatMap(({ objects }) => [...objects.values()])
  return {
    outboxes: homes.reduce((sum, home) => sum + home.outbox.size, 0),
    queues: outbox.size + dead.size,
    letters: deadLetters.size
  }
})

export const nothingIsLeft: Oracle<unknown, WithBackground> = {
  name: "Rest",
  judge: (run) => {
    const left = run.ask(leftBehind)
    if (left._tag === "Failure") return "nobody can say what is left on its way"
    const { letters, outboxes, queues } = left.value
    return outboxes + queues + letters === 0
      ? undefined
      : `${outboxes} messages are left in outboxes, ${queues} in queues, and ${letters} are dead letters`
  }
}

/** The directory shows every user whose creation was acknowledged. */
const isMirrored: Oracle<unknown, WithBackground> = {
  name: "Mirror",
  judge: (run) => {
    const users = run.ask(MemoryDatabase.use(({ directory }) => Effect.sync(() => directory.values())))
    if (users._tag === "Failure") return "nobody can say who is in the directory"
    const missing = actions(run).find(
      (action) =>
        succeeded(action) &&
        action.action.startsWith("user.created ") &&
        !users.value.some(({ userId }) => userId === effected(action.action).key)
    )
    return missing === undefined ? undefined : `${missing.action}: the directory does not know the user`
  }
}

// ---------------------------------------------------------------------------------------------------------------
// Scenarios

const rules = [isAudited, nothingIsLeft, isMirrored]

type Pipeline = Omit<Scenario<WithSessions, WithBackground>, "layer" | "setup" | "oracles">

export const pipeline = (scenario: Pipeline): Scenario<WithSessions, WithBackground> => ({
  layer: ProviderWithBackground,
  setup: withSessions,
  oracles: rules,
  faults: pipelineFaults,
  background: "between",
  ...scenario
})

/** One effect, and anything that may go wrong with its event. */
export const oneEffect = pipeline({
  name: "audit: one effect",
  clients: ({ session }) => ({ client: ends(session) })
})

/** An effect with two messages, which the consumer writes with two statements. */
export const oneUser = pipeline({
  name: "audit: one user, in the log and in the directory",
  clients: ({ neighbour }) => ({ operator: makes(neighbour) })
})

const two: Pipeline["clients"] = ({ second, session }) => ({ first: ends(session), second: ends(second) })

/** The second effect comes when the first one's alarm, batch or delivery is under way. */
export const twoEffects = pipeline({
  name: "audit: two effects in one home",
  clients: two,
  faults: ["duplicate alarm", "duplicate delivery", "reordered delivery", "consumer failure", "lost reply"]
})

/** The same, with everything that may go wrong: ten times as many schedules. */
export const twoEffectsAnyFault = pipeline({ name: "audit: two effects in one home, any fault", clients: two })

/** Whatever comes together, several times. */
export const manyEffects = pipeline({
  name: "audit: many effects, many faults",
  clients: ({ fresh, neighbour, second, session, third }) => ({
    browser: Effect.andThen(ends(session), opens(fresh)),
    other: Effect.andThen(ends(second), ends(third)),
    operator: makes(neighbour)
  }),
  atMost: 4,
  draws: "some"
})

/** Somebody writes a minute after everything else, and his alarm rings. */
const nextWrite: Oracle<WithSessions, WithBackground> = {
  name: "The next write",
  judge: (run) => {
    run.advance(61_000)
    const written = run.ask(Sessions.end(keyOf(run.scene.third)))
    const drained = run.ask(Effect.flatMap(MemoryBackground, ({ drain }) => drain))
    return written._tag === "Success" && drained._tag === "Success" ? undefined : "the next write fails"
  }
}

/** The platform gives an alarm up: what it would have taken along waits for the next write after a minute. */
export const droppedAlarm: Scenario<WithSessions, WithBackground> = {
  ...pipeline({ name: "audit: an alarm is given up", clients: two, faults: ["dropped alarm"] }),
  oracles: [nextWrite, ...rules]
}

/** Nobody writes any more; the cron comes every five minutes for an hour. */
const hourOfCron: Oracle<WithSessions, WithBackground> = {
  name: "The cron",
  judge: (run) => {
    for (let turn = 0; turn < 12; turn++) {
      run.advance(300_000)
      if (run.ask(wakeShards())._tag === "Failure") return "a shard cannot be woken"
    }
    const drained = run.ask(Effect.flatMap(MemoryBackground, ({ drain }) => drain))
    return drained._tag === "Success" ? undefined : "an alarm fails"
  }
}

/** The platform gives an alarm up, and the shard is not written to again: within an hour it is woken. */
export const wokenAlarm: Scenario<WithSessions, WithBackground> = {
  ...pipeline({ name: "audit: an alarm is given up, and the cron wakes", clients: two, faults: ["dropped alarm"] }),
  oracles: [hourOfCron, ...rules]
}

export const auditPipeline: ReadonlyArray<Entry> = [
  entry(oneEffect, "exhaustive"),
  entry(oneUser, "exhaustive"),
  entry(twoEffects, "exhaustive"),
  entry(droppedAlarm, "exhaustive"),
  entry(wokenAlarm, "exhaustive"),
  entry(twoEffectsAnyFault, "sampled"),
  entry(manyEffects, "sampled")
]
