/** The first administrator, and who is named in the events of what is done. docs/decisions/0029-admin-api.md. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, type Layer, Redacted } from "effect"
import { adminClient, adminScopes } from "../../src/domain/AdminScope.ts"
import { tagOf } from "../../src/domain/EntityTag.ts"
import { MemoryWorld } from "../../src/layers/test/Memory.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { acting, operator } from "../../src/services/flows/Acting.ts"
import { deliverOutbox } from "../../src/services/flows/DeliverOutbox.ts"
import { createUser } from "../../src/services/flows/operator/CreateUser.ts"
import { deleteUser } from "../../src/services/flows/operator/DeleteUser.ts"
import { makeAdministrator } from "../../src/services/flows/operator/MakeAdministrator.ts"
import { removeRole, saveRole } from "../../src/services/flows/operator/ManageRoles.ts"
import { setPassword } from "../../src/services/flows/operator/SetPassword.ts"
import { setRoles } from "../../src/services/flows/operator/SetRoles.ts"
import { showClient } from "../../src/services/flows/operator/ShowClient.ts"
import { showUser } from "../../src/services/flows/operator/ShowUser.ts"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { beforeFirst, failureOf, World } from "./World.ts"

type Services = Layer.Success<typeof World>

const password = Redacted.make("a password that nobody guesses")

describe("the first administrator", () => {
  it.effect("is a user there is, or a new one; asked for again nothing changes", () =>
    Effect.gen(function* () {
      yield* createUser({ username: "ada" })
      const made = yield* makeAdministrator({ user: "ada" })
      expect([made.user.roles, made.client]).toEqual([["admin"], adminClient])
      const { version } = yield* showClient(adminClient)
      yield* makeAdministrator({ user: "ada" })
      expect((yield* showUser("ada")).version).toBe(made.user.version)
      expect((yield* showClient(adminClient)).version).toBe(version)
      const other = yield* makeAdministrator({ username: "grace", password })
      expect([other.user.roles, other.user.hasPassword]).toEqual([["admin"], true])
      expect((yield* failureOf(makeAdministrator({ user: "nobody" })))._tag).toBe("UserNotFound")
    }).pipe(Effect.provide(World))
  )

  it.effect("RFC 8252 §7.3, RFC 7636: the client of administrators is public and leads to this computer only", () =>
    Effect.gen(function* () {
      yield* makeAdministrator({ username: "ada" })
      const { metadata, secrets } = yield* showClient(adminClient)
      expect(secrets).toBe(0)
      expect(metadata).toMatchObject({
        token_endpoint_auth_method: "none",
        redirect_uris: ["http://127.0.0.1/callback"],
        scopes: ["openid", ...adminScopes]
      })
    }).pipe(Effect.provide(World))
  )

  it.effect("a client of an earlier version gets the scopes that came since, and keeps what an operator changed", () =>
    Effect.gen(function* () {
      yield* makeAdministrator({ username: "ada" })
      const metadata = { client_name: "Ours", scopes: ["openid", "admin.users.read"] }
      yield* updateClient({ id: adminClient, metadata })
      yield* makeAdministrator({ user: "ada" })
      const { metadata: after } = yield* showClient(adminClient)
      expect(after.client_name).toBe("Ours")
      expect(after.scopes.toSorted()).toEqual(["openid", ...adminScopes].toSorted())
    }).pipe(Effect.provide(World))
  )
})

it.effect("the first administrator counts as one, and so the last of two cannot be taken away", () =>
  Effect.gen(function* () {
    yield* makeAdministrator({ username: "ada" })
    yield* makeAdministrator({ username: "grace" })
    yield* disableUser("grace")
    expect((yield* failureOf(disableUser("ada")))._tag).toBe("LastAdministratorTaken")
  }).pipe(Effect.provide(World))
)

it.effect(
  "whoever becomes an administrator while they are being deleted is deleted as one, and the last one stays",
  () =>
    Effect.gen(function* () {
      yield* createUser({ username: "ada" })
      const heir = makeAdministrator({ user: "ada" }).pipe(Effect.provide(yield* Effect.context<Services>()))
      // Nobody else counts: judged anew, she is the last.
      const refused = yield* failureOf(deleteUser("ada").pipe(beforeFirst("User.remove", heir)))
      expect(refused._tag).toBe("LastAdministratorTaken")
      yield* makeAdministrator({ username: "grace" })
      yield* deleteUser("ada")
      expect((yield* failureOf(deleteUser("grace")))._tag).toBe("LastAdministratorTaken")
    }).pipe(Effect.provide(World))
)

it.effect("RFC 9110 §13.1.1: who was changed since the state that a deletion names is not deleted", () =>
  Effect.gen(function* () {
    const user = yield* createUser({ username: "ada" })
    const change = disableUser("ada").pipe(Effect.provide(yield* Effect.context<Services>()))
    const late = deleteUser("ada", [tagOf(user)]).pipe(beforeFirst("User.remove", change))
    expect((yield* failureOf(late))._tag).toBe("UserConflict")
    expect((yield* showUser("ada")).status).toBe("disabled")
  }).pipe(Effect.provide(World))
)

it.effect("OWASP ASVS 5.0 §8.2: a role that is made anew gives nobody back what it once permitted", () =>
  Effect.gen(function* () {
    const role = { name: "helper", metadata: { permissions: ["admin.users.read"] } }
    yield* saveRole(role, null)
    const { id } = yield* createUser({ username: "ada" })
    // Given while the role is being removed: the directory does not know of it yet.
    const given = setRoles("ada", ["helper"]).pipe(Effect.provide(yield* Effect.context<Services>()))
    yield* removeRole("helper").pipe(beforeFirst("Role.remove", given))
    expect((yield* showUser(id)).roles).toEqual(["helper"])
    const { accounts } = yield* MemoryWorld
    yield* deliverOutbox(accounts.takeOutboxes().map((body, n) => ({ id: String(n), attempts: 1, body })))
    expect((yield* failureOf(saveRole(role, null)))._tag).toBe("RoleTaken")
    yield* setRoles("ada", [])
    yield* deliverOutbox(accounts.takeOutboxes().map((body, n) => ({ id: String(n), attempts: 1, body })))
    expect((yield* saveRole(role, null)).version).toBe(1)
  }).pipe(Effect.provide(World))
)

describe("the audit names who did it", () => {
  it.effect("in D1 and in the objects; nobody for what a person does to their own account", () =>
    Effect.gen(function* () {
      const db = yield* MemoryDatabase
      const { accounts } = yield* MemoryWorld
      const said = () =>
        accounts
          .takeOutboxes()
          .flatMap((message) => (message._tag === "audit" ? [[message.event.type, message.event.detail?.["by"]]] : []))
      yield* createUser({ username: "ada" })
      expect(said()).toEqual([["user.created", undefined]])
      yield* makeAdministrator({ user: "ada" }).pipe(acting(operator))
      expect(said()).toEqual([["user.roles_changed", "operator"]])
      yield* setPassword("ada", password).pipe(acting({ by: "1-1.someone", permitted: null }))
      expect(said()).toContainEqual(["password.set", "1-1.someone"])
      const events = [...db.auditLog.values()].map(({ detail, type }) => [type, detail?.["by"]])
      expect(events).toContainEqual(["client.created", "operator"])
    }).pipe(Effect.provide(World))
  )
})
