/** What an operator does with users: listing, disabling, passwords, sessions, consents, deleting. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, type Layer, Option, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { byPassword } from "../../src/domain/Authentication.ts"
import { none } from "../../src/domain/ClaimsRequest.ts"
import { Consent } from "../../src/domain/Consent.ts"
import { ClientId, type UserId } from "../../src/domain/Ids.ts"
import { Session } from "../../src/domain/Session.ts"
import { MemoryWorld } from "../../src/layers/test/Memory.ts"
import { deliverOutbox } from "../../src/services/flows/DeliverOutbox.ts"
import { createUser, type NewUser } from "../../src/services/flows/operator/CreateUser.ts"
import { deleteUser } from "../../src/services/flows/operator/DeleteUser.ts"
import { searchUsers } from "../../src/services/flows/operator/SearchUsers.ts"
import { setPassword } from "../../src/services/flows/operator/SetPassword.ts"
import { showUser } from "../../src/services/flows/operator/ShowUser.ts"
import { signOutUser } from "../../src/services/flows/operator/SignOutUser.ts"
import { disableUser, enableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { withdrawConsent } from "../../src/services/flows/operator/WithdrawConsent.ts"
import { drawGrantId, drawSecret, drawSid, hashSecret } from "../../src/services/flows/Secrets.ts"
import { AuthorizationCodes } from "../../src/services/storage/AuthorizationCodes.ts"
import { Around, type Call } from "../../src/services/storage/Consistency.ts"
import { Identifiers } from "../../src/services/storage/Identifiers.ts"
import { type SessionKey, Sessions } from "../../src/services/storage/Sessions.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"
import { Users } from "../../src/services/storage/Users.ts"
import { Locator } from "../../src/domain/Locator.ts"
import { auditTypes, beforeFirst, cutOff, failureOf, patience, World } from "./World.ts"

const alice: NewUser = { username: "alice", email: "alice@example.com", password: Redacted.make("old password") }

/** A browser that is signed in. */
const signIn = Effect.fnUntraced(function* (userId: UserId) {
  const now = yield* Clock.currentTimeMillis
  const hash = yield* hashSecret(yield* drawSecret)
  const session = new Session({
    userId,
    hash,
    sid: yield* drawSid,
    authentication: byPassword(now),
    createdAt: now,
    seenAt: now,
    expiresAt: now + 1e9,
    idle: 1e9
  })
  yield* Sessions.open({ session, replaces: null })
  return { userId, hash }
})

type FlowNeeds = Layer.Success<typeof World>

/** One operation is turned away, for good. */
const failing =
  (operation: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, Around, <B, F, S>(call: Call, run: Effect.Effect<B, F, S>) =>
      call.operation === operation
        ? Effect.fail(new NotExecuted({ operation, reason: "overloaded", detail: "the shard is full" }) as F)
        : run
    )

/** Brings what the homes have said to the directory, as the queue does. */
const deliver = MemoryWorld.use(({ accounts }) =>
  deliverOutbox(accounts.takeOutboxes().map((body, n) => ({ id: String(n), attempts: 1, body })))
)

/** Whether a creation with alice's names works after everything has had its time. */
const namesAreFree = Effect.gen(function* () {
  yield* TestClock.adjust(patience)
  return Option.isSome(yield* Effect.option(createUser(alice)))
})

describe("ShowUser", () => {
  it.effect.each(["nobody", "nobody@example.com", `1-0.${"A".repeat(22)}`, `9-9.${"A".repeat(22)}`, "", "\u0000"])(
    "says that there is no %j",
    (who) =>
      Effect.gen(function* () {
        const error = yield* failureOf(showUser(who))
        expect(error._tag).toBe("UserNotFound")
        // An id of a shard that is not there must not make one.
        expect((yield* MemoryWorld).accounts.objects.has("9-9")).toBe(false)
      }).pipe(Effect.provide(World))
  )
})

describe("ListUsers", () => {
  it.effect("lists who was made, page by page, and leaves out who was deleted", () =>
    Effect.gen(function* () {
      const users = yield* Effect.forEach(["a", "b", "c", "d"], (username) => createUser({ username }))
      expect(yield* searchUsers({})).toEqual({ users: [], next: null })
      yield* deliver
      const ids = users.map(({ id }) => id).toSorted()
      const first = yield* searchUsers({ limit: 3 })
      const second = yield* searchUsers({ limit: 3, after: first.next ?? "" })
      expect([...first.users, ...second.users].map(({ userId }) => userId)).toEqual(ids)
      expect(second.next).toBe(null)
      yield* deleteUser("b")
      yield* deliver
      expect((yield* searchUsers({})).users.map(({ username }) => username).toSorted()).toEqual(["a", "c", "d"])
    }).pipe(Effect.provide(World))
  )

  it.effect.each([0, -1, 1001, 1.5, Number.NaN])("refuses a limit of %d", (limit) =>
    Effect.gen(function* () {
      expect(yield* failureOf(searchUsers({ limit }))).toMatchObject({ _tag: "InvalidField", field: "limit" })
    }).pipe(Effect.provide(World))
  )
})

describe("DisableUser and EnableUser", () => {
  it.effect("no session survives a disabled time", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      const session = yield* signIn(id)
      expect((yield* disableUser("alice")).status).toBe("disabled")
      expect(yield* Sessions.find(session)).toBe(null)
      expect((yield* enableUser(id)).status).toBe("active")
      expect(yield* Sessions.find(session)).toBe(null)
      expect(yield* Effect.exit(signIn(id))).toMatchObject({ _tag: "Success" })
    }).pipe(Effect.provide(World))
  )

  it.effect("a session that is opened while the user is being disabled ends with the others", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      const opened: Array<SessionKey> = []
      const context = yield* Effect.context<Effect.Services<ReturnType<typeof signIn>>>()
      const intruder = Effect.map(signIn(id), (session) => opened.push(session)).pipe(Effect.provideContext(context))
      yield* disableUser("alice").pipe(beforeFirst("User.change", intruder))
      yield* enableUser("alice")
      expect(yield* Sessions.find(opened[0]!)).toBe(null)
      expect(opened.length).toBe(1)
    }).pipe(Effect.provide(World))
  )

  it.effect("cut off anywhere and asked for again, it is whole", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      for (const step of [1, 2, 3, 4]) {
        for (const when of ["before", "after"] as const) {
          yield* enableUser("alice")
          const session = yield* signIn(id)
          yield* disableUser("alice").pipe(cutOff(step, when))
          yield* disableUser("alice")
          yield* enableUser("alice")
          expect(yield* Sessions.find(session)).toBe(null)
        }
      }
    }).pipe(Effect.provide(World))
  )

  it.effect("nobody is nobody", () =>
    Effect.gen(function* () {
      for (const flow of [disableUser, enableUser]) {
        expect((yield* failureOf(flow("nobody")))._tag).toBe("UserNotFound")
      }
    }).pipe(Effect.provide(World))
  )
})

describe("SetPassword", () => {
  it.effect("replaces the password and ends every session", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      const sessions = [yield* signIn(id), yield* signIn(id)]
      expect(yield* setPassword("alice", Redacted.make("new password"))).toEqual({ sessionsEnded: 2 })
      for (const session of sessions) expect(yield* Sessions.find(session)).toBe(null)
      expect((yield* Users.find(id))?.passwordHash).toBe("phc new password")
    }).pipe(Effect.provide(World))
  )

  it.effect("refuses a short one and changes nothing", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      const session = yield* signIn(id)
      const error = yield* failureOf(setPassword("alice", Redacted.make("short")))
      expect(error).toMatchObject({ _tag: "InvalidField", field: "password" })
      expect((yield* Users.find(id))?.passwordHash).toBe("phc old password")
      expect(yield* Sessions.find(session)).not.toBe(null)
    }).pipe(Effect.provide(World))
  )

  it.effect("password and sessions are one: a session that is opened in between does not survive", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      const opened: Array<SessionKey> = []
      const context = yield* Effect.context<Effect.Services<ReturnType<typeof signIn>>>()
      const intruder = Effect.map(signIn(id), (session) => opened.push(session)).pipe(Effect.provideContext(context))
      yield* setPassword("alice", Redacted.make("new password")).pipe(beforeFirst("User.setPassword", intruder))
      expect(opened).toHaveLength(1)
      expect(yield* Sessions.find(opened[0]!)).toBe(null)
    }).pipe(Effect.provide(World))
  )
})

describe("SignOutUser and WithdrawConsent", () => {
  it.effect("says how many sessions ended; another user's stay", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      const other = yield* signIn((yield* createUser({ username: "bob" })).id)
      yield* signIn(id)
      yield* signIn(id)
      expect(yield* signOutUser("alice@example.com")).toEqual({ sessionsEnded: 2 })
      expect(yield* signOutUser("alice@example.com")).toEqual({ sessionsEnded: 0 })
      expect(yield* Sessions.find(other)).not.toBe(null)
    }).pipe(Effect.provide(World))
  )

  it.effect("withdraws what the user has allowed the client, once", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      const session = yield* signIn(id)
      const clientId = ClientId.make("rp")
      const now = yield* Clock.currentTimeMillis
      const issuance = {
        grantId: yield* drawGrantId(Locator.make(id.slice(0, id.indexOf(".")))),
        codeHash: yield* hashSecret(yield* drawSecret),
        userId: id,
        sessionHash: session.hash,
        clientId,
        scopes: ["openid"],
        claims: none,
        nonce: null,
        redirectUri: "https://rp.example/cb",
        redirectUriNamed: true,
        codeChallenge: null,
        authenticatedSince: 0,
        subject: null,
        askAgain: false,
        codeLifetime: 60_000
      }
      const consent = new Consent({ userId: id, clientId, scopes: ["openid"], claims: [], grantedAt: now })
      yield* AuthorizationCodes.approve({ issuance, consent })
      expect(yield* withdrawConsent("alice", "other")).toEqual({ withdrawn: false })
      expect(yield* withdrawConsent("alice", "rp")).toEqual({ withdrawn: true })
      expect(yield* withdrawConsent("alice", "rp")).toEqual({ withdrawn: false })
      expect(yield* failureOf(withdrawConsent("alice", "é"))).toMatchObject({ _tag: "InvalidField" })
    }).pipe(Effect.provide(World))
  )
})

describe("DeleteUser", () => {
  it.effect("deletes the home with its sessions, and frees both names at once", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      const session = yield* signIn(id)
      expect(yield* deleteUser("ALICE")).toEqual({ id })
      expect(yield* Sessions.find(session)).toBe(null)
      expect((yield* failureOf(showUser(id)))._tag).toBe("UserNotFound")
      expect((yield* createUser(alice)).id).not.toBe(id)
      const names = ["identifier.reserved", "identifier.released", "identifier.reserved"] as const
      // That somebody was deleted is in the log before the answer.
      expect((yield* auditTypes).toSorted()).toEqual([...names, "user.deleted"].toSorted())
    }).pipe(Effect.provide(World))
  )

  it.effect("of a user that never was says so, and writes nothing", () =>
    Effect.gen(function* () {
      for (const who of ["nobody", `1-0.${"A".repeat(22)}`]) {
        expect((yield* failureOf(deleteUser(who)))._tag).toBe("UserNotFound")
      }
      expect(yield* auditTypes).toEqual([])
    }).pipe(Effect.provide(World))
  )

  const moments = [1, 2, 3, 4].flatMap((step) => [[step, "before"] as const, [step, "after"] as const])
  it.effect.each(moments)("cut off at call %i, %s it: the user lives with all names, or they heal", ([step, when]) =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      yield* deleteUser("alice").pipe(cutOff(step, when))
      const user = yield* Users.find(id)
      for (const who of ["alice", "alice@example.com"]) {
        const found = yield* Effect.option(showUser(who))
        expect(Option.isSome(found)).toBe(user !== null)
      }
      expect(yield* namesAreFree).toBe(user === null)
    }).pipe(Effect.provide(World))
  )

  it.effect("cut off behind the home it is finished by asking again, by any name", () =>
    Effect.gen(function* () {
      const { id } = yield* createUser(alice)
      yield* deleteUser("alice").pipe(cutOff(3, "after"))
      expect(yield* Users.find(id)).toBe(null)
      expect(yield* Identifiers.resolve("email:alice@example.com" as never)).toBe(id)
      yield* deleteUser("alice@example.com")
      yield* deleteUser("alice")
      yield* createUser(alice)
    }).pipe(Effect.provide(World))
  )
})

describe("storage that fails behind a first step", () => {
  const steps: ReadonlyArray<readonly [string, string, string]> = [
    ["creating", "User.create", "The names are reserved"],
    ["deleting", "Identifier.release", "The user is deleted"]
  ]
  it.effect.each(steps)("%s: when %s fails, the operator hears what was done", ([what, operation, sentence]) =>
    Effect.gen(function* () {
      const flows = {
        creating: Effect.asVoid(createUser({ username: "bob" })),
        deleting: Effect.asVoid(deleteUser("alice"))
      } as const
      yield* createUser(alice)
      const flow: Effect.Effect<void, { readonly message: string }, FlowNeeds> = flows[what as keyof typeof flows]
      const error = yield* failureOf(flow.pipe(failing(operation)))
      // What storage said is for whoever runs commands, and not in what the admin API tells.
      expect(error).toMatchObject({ _tag: "HalfDone", detail: "the shard is full" })
      expect(error.message).toContain(sentence)
      expect(error.message).not.toContain("the shard is full")
    }).pipe(Effect.provide(World))
  )
})
