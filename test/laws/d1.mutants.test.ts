/** Backends with one defect each: a law must find it, or the laws say less than they seem to. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import type { AuditEvent } from "../../src/domain/AuditEvent.ts"
import { type Branding, unbranded } from "../../src/domain/Branding.ts"
import type { Identifier } from "../../src/domain/Identifier.ts"
import type { UserId } from "../../src/domain/Ids.ts"
import { InitialAccessToken, refusal } from "../../src/domain/InitialAccessToken.ts"
import { MemoryD1 } from "../../src/layers/test/MemoryD1.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { AuditLog } from "../../src/services/storage/AuditLog.ts"
import { bind } from "../../src/services/storage/Bind.ts"
import { Brandings } from "../../src/services/storage/Brandings.ts"
import { ClientChanged, ClientExists, Clients } from "../../src/services/storage/Clients.ts"
import { Directory } from "../../src/services/storage/Directory.ts"
import {
  InitialAccessTokens,
  RegistrationRefused,
  type TokenUse
} from "../../src/services/storage/InitialAccessTokens.ts"
import { Holder, Identifiers, IdentifierTaken } from "../../src/services/storage/Identifiers.ts"
import type { Law } from "../../src/services/storage/Law.ts"
import { ResourceServers } from "../../src/services/storage/ResourceServers.ts"
import type { StrongStorage } from "../../src/services/storage/Storage.ts"
import { type D1Needs, given, groups } from "./D1Laws.ts"

/** Takes the place of an operation of the model, over the same database. */
type Mutant = Layer.Layer<never, never, StrongStorage<"Memory.D1">>

/** One step of a broken operation; between two of them others may come in. */
const turn = <A>(run: (db: MemoryDatabase) => A) => MemoryDatabase.use((db) => Effect.sync(() => run(db)))

const write = (event: AuditEvent) => turn((db) => void db.auditLog.set(event.id, event))

/** The names, one after the other, as somebody holds them. */
const set = (identifier: Identifier, userId: UserId, reservedAt: number) =>
  turn((db) => void db.identifiers.set(identifier, new Holder({ identifier, userId, reservedAt })))

/** Get, wait, put: what the predecessor did. */
const createInTwoSteps = bind(Clients, {
  create: (client, event) =>
    Effect.gen(function* () {
      if (yield* turn((db) => db.clients.has(client.id))) return yield* new ClientExists()
      yield* Effect.yieldNow
      yield* turn((db) => void db.clients.set(client.id, client))
      yield* write(event)
    })
})

const createOver = bind(Clients, {
  create: (client, event) =>
    Effect.andThen(
      turn((db) => void db.clients.set(client.id, client)),
      write(event)
    )
})

/** Idempotent by the row alone: a creation repeated late brings a deleted client back. */
const createByRow = bind(Clients, {
  create: (client, event) =>
    turn((db) => {
      const there = db.clients.get(client.id)
      if (there !== undefined && JSON.stringify(there) !== JSON.stringify(client)) return db.auditLog.has(event.id)
      db.clients.set(client.id, client)
      db.auditLog.set(event.id, event)
      return true
    }).pipe(Effect.flatMap((made) => (made ? Effect.void : Effect.fail(new ClientExists()))))
})

const createWithoutEvent = bind(Clients, { create: (client) => turn((db) => void db.clients.set(client.id, client)) })

const auditRefusals = bind(Clients, {
  update: (client, event) =>
    Effect.andThen(
      write(event),
      turn((db) => db.clients.get(client.id)?.version === client.version - 1)
    ).pipe(
      Effect.flatMap((fits) =>
        fits ? turn((db) => void db.clients.set(client.id, client)) : Effect.fail(new ClientChanged())
      )
    )
})

const updateBlindly = bind(Clients, {
  update: (client, event) =>
    Effect.andThen(
      turn((db) => void db.clients.set(client.id, client)),
      write(event)
    )
})

/** Without the event's id the second of two equal requests meets its own version and is refused. */
const updateOnceOnly = bind(Clients, {
  update: (client, event) =>
    turn((db) => {
      if (db.clients.get(client.id)?.version !== client.version - 1) return false
      db.clients.set(client.id, client)
      db.auditLog.set(event.id, event)
      return true
    }).pipe(Effect.flatMap((made) => (made ? Effect.void : Effect.fail(new ClientChanged()))))
})

const removeAgain = bind(Clients, {
  remove: (id, event) =>
    turn((db) => {
      const there = db.clients.delete(id)
      if (there) db.auditLog.set(event.id, event)
      return there || db.auditLog.has(event.id)
    }).pipe(Effect.flatMap((made) => (made ? Effect.void : Effect.fail(new ClientChanged()))))
})

const listBackwards = bind(Clients, {
  list: ({ after, limit }) =>
    turn((db) =>
      db.clients
        .values()
        .filter(({ id }) => id > after)
        .toReversed()
        .slice(0, limit)
    )
})

/** Answers with as many as it was asked for, whoever they are. */
const findAllInTheirOrder = bind(Clients, {
  findAll: (ids) => turn((db) => ids.flatMap((id) => db.clients.get(id) ?? []))
})

const registered = (db: MemoryDatabase, { client, tokenId }: TokenUse, event: AuditEvent) => {
  const token = db.initialTokens.get(tokenId)
  if (token !== undefined) db.initialTokens.set(tokenId, new InitialAccessToken({ ...token, used: token.used + 1 }))
  db.clients.set(client.id, client)
  db.auditLog.set(event.id, event)
}

/** Looks whether the token is good, waits, and registers. */
const registerInTwoSteps = bind(InitialAccessTokens, {
  register: (use, event) =>
    Effect.gen(function* () {
      const token = yield* turn((db) => db.initialTokens.get(use.tokenId))
      if (token === undefined || refusal(token, use.now) !== undefined) return yield* new RegistrationRefused()
      yield* Effect.yieldNow
      yield* turn((db) => registered(db, use, event))
    })
})

/** Every answer that was lost is one use more. */
const registerEachTime = bind(InitialAccessTokens, {
  register: (use, event) =>
    turn((db) => {
      const token = db.initialTokens.get(use.tokenId)
      if (token === undefined || refusal(token, use.now) !== undefined) return false
      registered(db, use, event)
      return true
    }).pipe(Effect.flatMap((made) => (made ? Effect.void : Effect.fail(new RegistrationRefused()))))
})

/** Counts first; what cannot be made then has burned a use. */
const countBeforehand = bind(InitialAccessTokens, {
  register: (use, event) =>
    turn((db) => {
      if (db.auditLog.has(event.id)) return true
      const token = db.initialTokens.get(use.tokenId)
      if (token === undefined || refusal(token, use.now) !== undefined) return false
      db.initialTokens.set(token.id, new InitialAccessToken({ ...token, used: token.used + 1 }))
      if (db.clients.has(use.client.id)) return false
      db.clients.set(use.client.id, use.client)
      db.auditLog.set(event.id, event)
      return true
    }).pipe(Effect.flatMap((made) => (made ? Effect.void : Effect.fail(new RegistrationRefused()))))
})

/** One of the identifiers, as if there could be only one. */
const findTheFirst = bind(ResourceServers, {
  find: ([first]) =>
    turn((db) => {
      const server = first === undefined ? undefined : db.resourceServers.get(first)
      return server === undefined ? [] : [server]
    })
})

const updateServerBlindly = bind(ResourceServers, {
  update: (server, event) =>
    Effect.andThen(
      turn((db) => void db.resourceServers.set(server.id, server)),
      write(event)
    )
})

const setTheLookBlindly = bind(Brandings, {
  set: (branding, event) =>
    Effect.andThen(
      turn((db) => void db.branding.set("1", branding)),
      write(event)
    )
})

/** A copy that is made once: by each of the databases, which are each a test's own. */
const copiesForEver = new WeakMap<MemoryDatabase, Branding>()

const copyTheLookForEver = bind(Brandings, {
  copy: () =>
    turn((db) => {
      const kept = copiesForEver.get(db) ?? db.branding.get("1") ?? unbranded
      copiesForEver.set(db, kept)
      return kept
    })
})

/** One name after the other, and no way back when the second is taken. */
const reserveOneByOne = bind(Identifiers, {
  reserve: ({ identifiers, now, userId }, event) =>
    Effect.gen(function* () {
      for (const identifier of identifiers) {
        const holder = yield* turn((db) => db.identifiers.get(identifier))
        if (holder !== undefined && holder.userId !== userId) return yield* new IdentifierTaken({ holder })
        if (holder === undefined) {
          yield* set(identifier, userId, now)
          yield* write(event)
        }
      }
    })
})

/** Checks all, waits, writes all. */
const reserveInTwoSteps = bind(Identifiers, {
  reserve: ({ identifiers, now, userId }, event) =>
    Effect.gen(function* () {
      const holders = yield* turn((db) => identifiers.flatMap((identifier) => db.identifiers.get(identifier) ?? []))
      const holder = holders.find((one) => one.userId !== userId)
      if (holder !== undefined) return yield* new IdentifierTaken({ holder })
      yield* Effect.yieldNow
      for (const identifier of identifiers) yield* set(identifier, userId, now)
      yield* write(event)
    })
})

const releaseAnyones = bind(Identifiers, {
  release: ({ identifiers }, event) =>
    Effect.andThen(
      turn((db) => identifiers.forEach((identifier) => db.identifiers.delete(identifier))),
      write(event)
    )
})

const resolveAsTyped = bind(Identifiers, {
  resolve: (identifier) => turn((db) => db.identifiers.get(identifier.toUpperCase())?.userId ?? null)
})

const mirrorTheLast = bind(Directory, {
  mirror: (entries) => turn((db) => entries.forEach((entry) => db.directory.set(entry.userId, entry)))
})

const mirrorTheSameVersion = bind(Directory, {
  mirror: (entries) =>
    turn((db) => {
      for (const entry of entries) {
        if (entry.version >= (db.directory.get(entry.userId)?.version ?? 0)) db.directory.set(entry.userId, entry)
      }
    })
})

const forgetTheDeleted = bind(Directory, {
  mirror: (entries) =>
    turn((db) => {
      for (const entry of entries) {
        if (entry.version <= (db.directory.get(entry.userId)?.version ?? 0)) continue
        if (entry.status === "void") db.directory.delete(entry.userId)
        else db.directory.set(entry.userId, entry)
      }
    })
})

const appendTwice = bind(AuditLog, {
  append: (events) => turn((db) => events.forEach((event, n) => db.auditLog.set(event.id + n, event)))
})

const appendOver = bind(AuditLog, {
  append: (events) => turn((db) => events.forEach((event) => db.auditLog.set(event.id, event)))
})

const appendTheFirst = bind(AuditLog, {
  append: (events) => turn((db) => events.slice(0, 99).forEach((event) => db.auditLog.set(event.id, event)))
})

const buryNothing = bind(AuditLog, { bury: () => turn(() => undefined) })

/** Each defect, and the law that it breaks, among others perhaps. */
const mutants: ReadonlyArray<readonly [string, Mutant, string]> = [
  [
    "createInTwoSteps",
    createInTwoSteps,
    "of 50 creations of one id at once exactly one succeeds, and one event is written"
  ],
  ["createOver", createOver, "another client of the same id is refused, changes nothing and writes no event"],
  [
    "createByRow",
    createByRow,
    "a creation that comes again late does not bring back what was changed or deleted since"
  ],
  ["createWithoutEvent", createWithoutEvent, "a created client is found as it was created, and its event is there"],
  ["auditRefusals", auditRefusals, "an update from an old version is refused, changes nothing and writes no event"],
  [
    "updateBlindly",
    updateBlindly,
    "of 50 updates from one version at once exactly one succeeds, and one event is written"
  ],
  [
    "updateOnceOnly",
    updateOnceOnly,
    "the same update again is the same, even if the client was changed again in between"
  ],
  [
    "removeAgain",
    removeAgain,
    "a removal that comes again late leaves a client alone that was created under the same id since"
  ],
  [
    "registerInTwoSteps",
    registerInTwoSteps,
    "RFC 7591 §3: of 50 registrations at once by a token for 7, exactly 7 succeed"
  ],
  [
    "registerEachTime",
    registerEachTime,
    "the same registration again is the same: one client, one use, whatever came in between"
  ],
  ["countBeforehand", countBeforehand, "a client id that is taken is refused, and burns no use"],
  [
    "findTheFirst",
    findTheFirst,
    "RFC 8707 §2: of several identifiers those are found that there are, each once, in the order of the question"
  ],
  [
    "updateServerBlindly",
    updateServerBlindly,
    "of 50 updates of one resource server from one version at once exactly one succeeds, and one event is written"
  ],
  [
    "findAllInTheirOrder",
    findAllInTheirOrder,
    "of many ids those are found that are clients, each once, in the order of their ids"
  ],
  ["listBackwards", listBackwards, "a list is in the order of ids, begins after `after` and has at most `limit`"],
  [
    "setTheLookBlindly",
    setTheLookBlindly,
    "the look: what was set is found, with its event; from an old version it is refused"
  ],
  ["copyTheLookForEver", copyTheLookForEver, "the look: a copy is never older than its bound"],
  ["reserveOneByOne", reserveOneByOne, "a reservation of two names, one of them taken, leaves the other free"],
  [
    "reserveInTwoSteps",
    reserveInTwoSteps,
    "of 50 reservations of one name at once exactly one succeeds, and the others hear who holds it"
  ],
  ["releaseAnyones", releaseAnyones, "nobody releases another's name, and a release of nothing writes no event"],
  ["resolveAsTyped", resolveAsTyped, "a reserved name resolves to its user, any other to nobody"],
  ["mirrorTheLast", mirrorTheLast, "a mirror never goes back: an entry that is not newer changes nothing"],
  [
    "mirrorTheSameVersion",
    mirrorTheSameVersion,
    "a mirror never goes back: an entry that is not newer changes nothing"
  ],
  [
    "forgetTheDeleted",
    forgetTheDeleted,
    "a deleted user stays as a tombstone, so that a late message does not bring the user back"
  ],
  ["appendTwice", appendTwice, "the queue delivers at least once: an event appended twice is there once"],
  ["appendOver", appendOver, "an event that is there is not changed by another of the same id"],
  ["appendTheFirst", appendTheFirst, "a batch of the queue (100 messages) is appended whole, and so is none"],
  ["buryNothing", buryNothing, "a dead letter is kept as it came, and burying it again changes nothing"]
]

const laws = Object.values(groups).flat() as ReadonlyArray<Law<D1Needs>>

const model = Layer.merge(MemoryD1, given)

/** The titles of the laws that do not hold; each is asked of a database of its own. */
const brokenBy = (mutant: Mutant) =>
  Effect.filter(laws, ({ check }) =>
    Effect.map(Effect.exit(check.pipe(Effect.provide(Layer.provideMerge(mutant, model)))), Exit.isFailure)
  ).pipe(Effect.map((broken) => broken.map(({ title }) => title)))

describe("a backend with one defect breaks the law against it", () => {
  it.effect.each(mutants)("%s", ([, mutant, title]) =>
    Effect.gen(function* () {
      expect(yield* brokenBy(mutant)).toContain(title)
    })
  )

  it.effect("and one without breaks none", () =>
    Effect.gen(function* () {
      expect(yield* brokenBy(Layer.empty)).toEqual([])
    })
  )
})
