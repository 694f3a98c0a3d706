/** What every register of sign-in names keeps: one holder a name, all of a reservation or none of it. */
import { Clock, Effect, Equal } from "effect"
import { Identifier } from "../../domain/Identifier.ts"
import type { UserId } from "../../domain/Ids.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { freshEvent, freshName, freshText, freshUserId } from "./Fresh.laws.ts"
import { Identifiers } from "./Identifiers.ts"
import { expectFailure, expectThat, law } from "./Law.ts"

/** A reservation of a new user, ready to be asked for. */
const reservation = Effect.fnUntraced(function* (identifiers: ReadonlyArray<Identifier>, user?: UserId) {
  const userId = user ?? (yield* freshUserId)
  const now = yield* Clock.currentTimeMillis
  const event = yield* freshEvent({ type: "identifier.reserved", userId })
  return { request: { userId, identifiers, now }, event, userId }
})

/** Two names, held by a new user. */
const held = Effect.gen(function* () {
  const names = [yield* freshName, yield* freshName]
  const { event, request, userId } = yield* reservation(names)
  yield* Identifiers.reserve(request, event)
  return { names, userId, request, event }
})

/** Fails unless each name resolves to this user; null for nobody. */
const expectOwner = (names: ReadonlyArray<Identifier>, owner: UserId | null, sentence: string) =>
  Effect.forEach(names, (name) =>
    Effect.flatMap(Identifiers.resolve(name), (found) => expectThat(found === owner, sentence))
  )

const released = (userId: UserId) => freshEvent({ type: "identifier.released", userId })

const reserve = ["Identifier.reserve", "Identifier.resolve"]

const reserving = [
  law(
    "a reserved name resolves to its user, any other to nobody",
    reserve,
    Effect.gen(function* () {
      const { event, names, userId } = yield* held
      yield* expectOwner(names, userId, "both names are the user's")
      yield* expectOwner([yield* freshName], null, "a name that nobody reserved is nobody's")
      yield* expectEvents([event], [event], "the event is written with the reservation")
    })
  ),
  law(
    "of 50 reservations of one name at once exactly one succeeds, and the others hear who holds it",
    reserve,
    Effect.gen(function* () {
      const name = yield* freshName
      const tries = yield* Effect.forEach(Array.from({ length: 50 }), () => reservation([name]))
      const results = yield* Effect.forEach(
        tries,
        ({ event, request }) =>
          Identifiers.reserve(request, event).pipe(
            Effect.as(null),
            Effect.catchTag("IdentifierTaken", ({ holder }) => Effect.succeed(holder))
          ),
        { concurrency: "unbounded" }
      )
      const winners = tries.filter((_, n) => results[n] === null)
      yield* expectThat(winners.length === 1, `one reservation succeeds, not ${winners.length}`)
      for (const { request, userId } of winners) {
        const heard = results.every(
          (holder) =>
            holder === null ||
            (holder.identifier === name && holder.userId === userId && holder.reservedAt === request.now)
        )
        yield* expectThat(heard, "every other one hears the holder, the name, and since when")
        yield* expectOwner([name], userId, "the name is the winner's")
      }
      const won = winners.map(({ event }) => event)
      yield* expectEvents(
        tries.map(({ event }) => event),
        won,
        "the winner's event is the only one"
      )
    })
  ),
  law(
    "a reservation of two names, one of them taken, leaves the other free",
    reserve,
    Effect.gen(function* () {
      const { names, userId } = yield* held
      const free = yield* freshName
      for (const wanted of [
        [free, ...names],
        [...names, free]
      ]) {
        const { event, request } = yield* reservation(wanted)
        const error = yield* expectFailure(Identifiers.reserve(request, event), "one name is taken")
        const holder = error._tag === "IdentifierTaken" ? error.holder : undefined
        yield* expectThat(holder?.userId === userId && holder.identifier === names[0], "the holder is the first name's")
        yield* expectOwner([free], null, "the free name stays free")
        yield* expectOwner(names, userId, "the taken names stay their holder's")
        yield* expectEvents([event], [], "what did not happen has no event")
      }
    })
  ),
  law(
    "of reservations at once that overlap in a name, none is made by half",
    reserve,
    Effect.gen(function* () {
      const names = yield* Effect.forEach(Array.from({ length: 6 }), () => freshName)
      const pairs = names.map((name, n) => [name, names[(n + 1) % names.length] ?? name])
      const tries = yield* Effect.forEach(pairs, (pair) => reservation(pair))
      const results = yield* Effect.forEach(
        tries,
        ({ event, request }) =>
          Identifiers.reserve(request, event).pipe(
            Effect.as(true),
            Effect.catchTag("IdentifierTaken", () => Effect.succeed(false))
          ),
        { concurrency: "unbounded" }
      )
      for (const [n, { request, userId }] of tries.entries()) {
        const owners = yield* Effect.forEach(request.identifiers, (name) => Identifiers.resolve(name))
        const count = owners.filter((owner) => owner === userId).length
        yield* expectThat(count === (results[n] === true ? 2 : 0), `both names or none, not ${count}`)
      }
    })
  )
]

const repeating = [
  law(
    "the same reservation again is the same, and writes no second event",
    reserve,
    Effect.gen(function* () {
      const { event, names, request, userId } = yield* held
      yield* Identifiers.reserve(request, event)
      yield* expectOwner(names, userId, "the names are still the user's")
      yield* expectEvents([event], [event], "the event is there once")
    })
  ),
  law(
    "names that are the user's already stay, and keep the moment of their first reservation",
    reserve,
    Effect.gen(function* () {
      const { names, request, userId } = yield* held
      const added = yield* freshName
      const again = yield* reservation([...names, added, added], userId)
      yield* Identifiers.reserve({ ...again.request, now: request.now + 1000 }, again.event)
      yield* expectOwner([...names, added], userId, "all names are the user's")
      yield* expectEvents([again.event], [again.event], "the event of the added name is there")
      const other = yield* reservation(names)
      const error = yield* expectFailure(Identifiers.reserve(other.request, other.event), "the names are taken")
      yield* expectThat(
        error._tag === "IdentifierTaken" && error.holder.reservedAt === request.now,
        "the holder holds it since the first reservation"
      )
    })
  ),
  law(
    "a reservation of what one has already is another reservation of it, with an event of its own",
    reserve,
    Effect.gen(function* () {
      const { names, userId } = yield* held
      const again = yield* reservation(names, userId)
      yield* Identifiers.reserve(again.request, again.event)
      yield* expectOwner(names, userId, "the names are the user's")
      yield* expectEvents([again.event], [again.event], "the event is there")
    })
  ),
  law(
    "a reservation that comes again late does not take back what was released since",
    ["Identifier.reserve", "Identifier.resolve", "Identifier.release"],
    Effect.gen(function* () {
      const { event, names, request, userId } = yield* held
      yield* Identifiers.release({ userId, identifiers: names, reservedBy: null }, yield* released(userId))
      yield* Identifiers.reserve(request, event)
      yield* expectOwner(names, null, "the names stay free")
    })
  ),
  law(
    "a reservation that comes again after its names went to another answers as it did, and takes nothing",
    ["Identifier.reserve", "Identifier.resolve", "Identifier.release"],
    Effect.gen(function* () {
      const { event, names, request, userId } = yield* held
      yield* Identifiers.release({ userId, identifiers: names, reservedBy: null }, yield* released(userId))
      const next = yield* reservation(names)
      yield* Identifiers.reserve(next.request, next.event)
      yield* Identifiers.reserve(request, event)
      yield* expectOwner(names, next.userId, "the names are the other's")
    })
  )
]

const release = ["Identifier.reserve", "Identifier.release", "Identifier.resolve"]

const releasing = [
  law(
    "a released name is nobody's, and anybody may reserve it; the user's other names stay",
    release,
    Effect.gen(function* () {
      const { names, userId } = yield* held
      const event = yield* released(userId)
      yield* Identifiers.release({ userId, identifiers: names.slice(0, 1), reservedBy: null }, event)
      yield* expectOwner(names.slice(0, 1), null, "the released name is nobody's")
      yield* expectOwner(names.slice(1), userId, "the other name stays")
      yield* expectEvents([event], [event], "the event is written with the release")
      const next = yield* reservation(names.slice(0, 1))
      yield* Identifiers.reserve(next.request, next.event)
      yield* expectOwner(names.slice(0, 1), next.userId, "the name is the next one's")
    })
  ),
  law(
    "nobody releases another's name, and a release of nothing writes no event",
    release,
    Effect.gen(function* () {
      const { names, userId } = yield* held
      const stranger = yield* freshUserId
      const event = yield* released(stranger)
      yield* Identifiers.release({ userId: stranger, identifiers: names, reservedBy: null }, event)
      yield* expectOwner(names, userId, "the names stay their holder's")
      yield* expectEvents([event], [], "what did not happen has no event")
    })
  ),
  law(
    "the same release again is the same; come late it leaves what was reserved since",
    release,
    Effect.gen(function* () {
      const { names, userId } = yield* held
      const event = yield* released(userId)
      yield* Identifiers.release({ userId, identifiers: names, reservedBy: null }, event)
      yield* Identifiers.release({ userId, identifiers: names, reservedBy: null }, event)
      yield* expectEvents([event], [event], "the event is there once")
      const again = yield* reservation(names, userId)
      yield* Identifiers.reserve(again.request, again.event)
      yield* Identifiers.release({ userId, identifiers: names, reservedBy: null }, event)
      const owners = yield* Effect.forEach(names, (name) => Identifiers.resolve(name))
      yield* expectThat(Equal.equals(owners, [userId, userId]), "the names are the user's again")
    })
  ),
  law(
    "what a release gives up is a reservation: names that were reserved anew since stay, however late it comes",
    release,
    Effect.gen(function* () {
      const { event: first, names, userId } = yield* held
      const again = yield* reservation(names.slice(0, 1), userId)
      yield* Identifiers.reserve(again.request, again.event)
      const event = yield* released(userId)
      yield* Identifiers.release({ userId, identifiers: names, reservedBy: first.id }, event)
      yield* expectOwner(names.slice(0, 1), userId, "the name that was reserved anew stays")
      yield* expectOwner(names.slice(1), null, "the other one is nobody's")
      yield* expectEvents([event], [event], "the event is written with the release")
      const none = yield* released(userId)
      yield* Identifiers.release({ userId, identifiers: names, reservedBy: first.id }, none)
      yield* expectOwner(names.slice(0, 1), userId, "nor does it go when asked again")
      yield* expectEvents([none], [], "what did not happen has no event")
    })
  )
]

export const identifierLaws = [
  ...reserving,
  ...repeating,
  ...releasing,
  law(
    "names that begin so are found in their order, page by page, and no others",
    ["Identifier.reserve", "Identifier.search"],
    Effect.gen(function* () {
      const text = (yield* freshText).toLowerCase()
      const userId = yield* freshUserId
      const names = ["", "a", "a\u00e9", "b%_", "z"].map((end) => Identifier.make(`username:${text}${end}`))
      const others = [Identifier.make(`email:${text}@law.example`), Identifier.make(`username:0${text}`)]
      const event = yield* freshEvent({ type: "identifier.reserved" })
      yield* Identifiers.reserve({ userId, identifiers: [...names, ...others], now: 1 }, event)
      const beginning = `username:${text}`
      const all = yield* Identifiers.search({ beginning, after: "", limit: 9 })
      const found = all.map(({ identifier }) => identifier)
      yield* expectThat(Equal.equals(found, names) && all.every((one) => one.userId === userId), "all five, in order")
      const page = yield* Identifiers.search({ beginning, after: names[1] ?? "", limit: 2 })
      yield* expectThat(
        Equal.equals(
          page.map(({ identifier }) => identifier),
          names.slice(2, 4)
        ),
        "two after the second"
      )
      const longer = yield* Identifiers.search({ beginning: `${beginning}b%`, after: "", limit: 9 })
      yield* expectThat(longer.length === 1, "what looks like a pattern is none")
    })
  )
]
