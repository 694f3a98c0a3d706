/** Creating users: names that are unique, and creations that are cut off anywhere and heal. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Option, Redacted, Result, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Identifier } from "../../src/domain/Identifier.ts"
import { UserId } from "../../src/domain/Ids.ts"
import { MemoryWorld } from "../../src/layers/test/Memory.ts"
import { createUser, type NewUser } from "../../src/services/flows/operator/CreateUser.ts"
import { newEvent } from "../../src/services/flows/operator/NewEvent.ts"
import { showUser } from "../../src/services/flows/operator/ShowUser.ts"
import { ofEmail, ofUsername } from "../../src/services/flows/operator/SignInNames.ts"
import { drawUserId } from "../../src/services/flows/Secrets.ts"
import { Identifiers } from "../../src/services/storage/Identifiers.ts"
import { Users } from "../../src/services/storage/Users.ts"
import { auditTypes, beforeFirst, cutOff, failureOf, patience, World } from "./World.ts"

const password = Redacted.make("correct horse")
const alice: NewUser = { username: "Alice", email: "Alice@Example.com", password, claims: { name: "Alice E." } }
const name = (text: string) => Identifier.make(text)
const aliceNames = [name("username:alice"), name("email:alice@example.com")]

/** Names reserved by somebody who never came back; says whose they are. */
const abandon = Effect.fnUntraced(function* (identifiers: ReadonlyArray<Identifier>) {
  const userId = yield* drawUserId([4])
  const now = yield* Clock.currentTimeMillis
  yield* Identifiers.reserve({ userId, identifiers, now }, yield* newEvent({ type: "identifier.reserved", userId }))
  return userId
})

describe("CreateUser", () => {
  it.effect("makes a user who is found by user name, e-mail address and id, in any spelling", () =>
    Effect.gen(function* () {
      const user = yield* createUser(alice)
      expect(user).toMatchObject({
        status: "active",
        hasPassword: true,
        profile: { preferred_username: "Alice", email: "Alice@Example.com", email_verified: true, name: "Alice E." }
      })
      for (const who of ["alice", " ALICE ", "alice@example.com", "ＡLICE", user.id]) {
        expect(yield* showUser(who)).toEqual(user)
      }
      expect(JSON.stringify(user)).not.toContain("phc")
      expect(yield* auditTypes).toEqual(["identifier.reserved"])
      const { accounts } = yield* MemoryWorld
      const said = accounts.takeOutboxes().map((message) => (message._tag === "audit" ? message.event.type : "mirror"))
      expect(said.toSorted()).toEqual(["mirror", "user.created"])
    }).pipe(Effect.provide(World))
  )

  it.effect("takes the operator's word for an address that is not verified, and needs no password", () =>
    Effect.gen(function* () {
      const user = yield* createUser({ email: "bob@example.com", emailVerified: false })
      expect(user).toMatchObject({ hasPassword: false, profile: { email_verified: false } })
      expect((yield* Users.find(user.id))?.passwordHash).toBe(null)
    }).pipe(Effect.provide(World))
  )

  const long = "é".repeat(1025)
  const refused: ReadonlyArray<readonly [string, NewUser, string]> = [
    ["no name at all", {}, "username"],
    ["a user name with an @", { username: "a@b" }, "username"],
    ["a user name that becomes an address (NFKC)", { username: "alice＠example.com" }, "username"],
    ["a user name with a space", { username: "a b" }, "username"],
    ["an empty user name", { username: "" }, "username"],
    ["a user name that looks like an id", { username: `1-0.${"A".repeat(22)}` }, "username"],
    ["an address without a host", { email: "alice@" }, "email"],
    ["two addresses", { email: "a@b@c" }, "email"],
    ["a short password", { username: "a", password: Redacted.make("1234567") }, "password"],
    ["a long password", { username: "a", password: Redacted.make(long) }, "password"],
    ["a claim that is none", { username: "a", claims: { nickname: "A", role: "admin" } }, "role"],
    ["a claim of another type", { username: "a", claims: { address: { country: 49 } } }, "address.country"],
    ["another id", { username: "a", claims: { sub: "1" } }, "sub"],
    ["an address as a claim", { username: "a", claims: { email: "a@b" } }, "email"],
    ["a picture that is a script", { username: "a", claims: { picture: "javascript:alert(1)" } }, "picture"]
  ]
  it.effect.each(refused)("refuses %s, and says so by the field's name", ([, asked, field]) =>
    Effect.gen(function* () {
      const error = yield* failureOf(createUser(asked))
      expect(error).toMatchObject({ _tag: "InvalidField", field })
      expect(error.message).toMatch(/^\S.*\.$/)
      expect(error.message).not.toContain("1234567")
      expect(yield* auditTypes).toEqual([])
    }).pipe(Effect.provide(World))
  )

  it.effect("takes passwords of 8 and of 1024 characters, as Unicode counts them", () =>
    Effect.gen(function* () {
      yield* createUser({ username: "short", password: Redacted.make("😀🐘🚲🍊🌵🎻🦉🧭") })
      yield* createUser({ username: "long", password: Redacted.make(`🐘${"😀".repeat(1023)}`) })
    }).pipe(Effect.provide(World))
  )

  it.effect.prop("whatever is taken as a user name can never shadow an address", [Schema.String], ([text]) =>
    Effect.sync(() => {
      for (const asked of [text, `${text}＠${text}`, `a${text}b`]) {
        const username = ofUsername(asked)
        if (Result.isSuccess(username)) expect(username.success).toMatch(/^username:[^\s@]+$/)
        const email = ofEmail(asked)
        if (Result.isSuccess(email)) expect(email.success).toMatch(/^email:[^\s@]+@[^\s@]+$/)
      }
    })
  )

  it.effect("refuses a name that is another's, saying which, and leaves the other name free", () =>
    Effect.gen(function* () {
      yield* createUser(alice)
      const error = yield* failureOf(createUser({ username: "other", email: "ALICE@example.COM" }))
      expect(error).toMatchObject({ _tag: "NameTaken", field: "email" })
      expect(error.message).toBe("The e-mail address alice@example.com is taken.")
      expect(yield* Identifiers.resolve(name("username:other"))).toBe(null)
      // However long ago that was: a home answers for itself.
      yield* TestClock.adjust(10 * patience)
      expect((yield* failureOf(createUser(alice)))._tag).toBe("NameTaken")
      expect((yield* showUser("alice")).status).toBe("active")
    }).pipe(Effect.provide(World))
  )

  it.effect("of 20 creations with one name at once exactly one makes a user", () =>
    Effect.gen(function* () {
      const exits = yield* Effect.forEach(
        Array.from({ length: 20 }),
        (_, n) => Effect.exit(createUser({ username: "same", email: `${n}@example.com` })),
        { concurrency: "unbounded" }
      )
      expect(exits.filter((exit) => exit._tag === "Success")).toHaveLength(1)
      const { accounts } = yield* MemoryWorld
      expect(accounts.rowCounts()["users"]).toBe(1)
    }).pipe(Effect.provide(World))
  )
})

describe("an abandoned reservation", () => {
  it.effect("keeps its names as long as a reservation may wait, then loses them, and its home can never be made", () =>
    Effect.gen(function* () {
      const ghost = yield* abandon(aliceNames)
      yield* TestClock.adjust(patience - 1)
      expect((yield* failureOf(createUser(alice)))._tag).toBe("NameTaken")
      yield* TestClock.adjust(1)
      const user = yield* createUser(alice)
      expect(yield* showUser("alice@example.com")).toEqual(user)
      const late = Users.create({ userId: ghost, profile: user.profile, passwordHash: null })
      expect((yield* failureOf(late))._tag).toBe("UserVoid")
    }).pipe(Effect.provide(World))
  )

  it.effect("of each name may be another's", () =>
    Effect.gen(function* () {
      for (const one of aliceNames) yield* abandon([one])
      yield* TestClock.adjust(patience)
      const user = yield* createUser(alice)
      expect(yield* showUser("alice")).toEqual(user)
      expect(yield* showUser("alice@example.com")).toEqual(user)
      expect(yield* auditTypes).toEqual([
        "identifier.reserved",
        "identifier.reserved",
        "identifier.released",
        "identifier.released",
        "identifier.reserved"
      ])
    }).pipe(Effect.provide(World))
  )

  it.effect("is taken over by exactly one of 20 who want it at once", () =>
    Effect.gen(function* () {
      yield* abandon(aliceNames)
      yield* TestClock.adjust(patience)
      const exits = yield* Effect.forEach(Array.from({ length: 20 }), () => Effect.exit(createUser(alice)), {
        concurrency: "unbounded"
      })
      expect(exits.filter((exit) => exit._tag === "Success")).toHaveLength(1)
    }).pipe(Effect.provide(World))
  )

  it.effect("whose maker comes back too late: one user, and the late one hears that the name is taken", () =>
    Effect.gen(function* () {
      const faster = yield* Effect.context<Effect.Services<ReturnType<typeof createUser>>>()
      const intruder = Effect.andThen(TestClock.adjust(patience), createUser(alice)).pipe(Effect.provideContext(faster))
      const slow = createUser({ ...alice, username: "slow" }).pipe(beforeFirst("User.create", intruder))
      expect((yield* failureOf(slow))._tag).toBe("NameTaken")
      expect((yield* showUser("alice@example.com")).profile.preferred_username).toBe("Alice")
      // What the slow one held besides is free again.
      expect(yield* Identifiers.resolve(name("username:slow"))).toBe(null)
    }).pipe(Effect.provide(World))
  )

  const moments = [1, 2, 3].flatMap((step) => [[step, "before"] as const, [step, "after"] as const])
  it.effect.each(moments)("by a creation cut off at call %i, %s it, heals", ([step, when]) =>
    Effect.gen(function* () {
      yield* createUser(alice).pipe(cutOff(step, when))
      yield* TestClock.adjust(patience)
      const known = yield* Effect.option(showUser("alice"))
      // Either it was made, names and all, or it can be made now.
      const user = Option.isSome(known) ? known.value : yield* createUser(alice)
      expect(yield* showUser("alice@example.com")).toEqual(user)
      expect(Schema.is(UserId)(user.id)).toBe(true)
    }).pipe(Effect.provide(World))
  )

  const healing = [1, 2, 3, 4, 5].flatMap((step) => [[step, "before"] as const, [step, "after"] as const])
  it.effect.each(healing)("whose taking over is cut off at call %i, %s it, heals all the same", ([step, when]) =>
    Effect.gen(function* () {
      yield* abandon(aliceNames)
      yield* TestClock.adjust(patience)
      yield* createUser(alice).pipe(cutOff(step, when))
      yield* TestClock.adjust(patience)
      const known = yield* Effect.option(showUser("alice"))
      const user = Option.isSome(known) ? known.value : yield* createUser(alice)
      expect(yield* showUser("alice@example.com")).toEqual(user)
    }).pipe(Effect.provide(World))
  )
})
