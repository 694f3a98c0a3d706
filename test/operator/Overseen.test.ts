/** Nobody becomes somebody who may do more, and nobody hands on more than they have. OWASP ASVS 5.0 §8.2. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import type { AdminScope } from "../../src/domain/AdminScope.ts"
import { acting } from "../../src/services/flows/Acting.ts"
import { createUser } from "../../src/services/flows/operator/CreateUser.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { deleteUser } from "../../src/services/flows/operator/DeleteUser.ts"
import { makeAdministrator } from "../../src/services/flows/operator/MakeAdministrator.ts"
import { removeRole, saveRole, showRole } from "../../src/services/flows/operator/ManageRoles.ts"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import { setPassword } from "../../src/services/flows/operator/SetPassword.ts"
import { setRoles } from "../../src/services/flows/operator/SetRoles.ts"
import { showClient } from "../../src/services/flows/operator/ShowClient.ts"
import { showUser } from "../../src/services/flows/operator/ShowUser.ts"
import { updateUser } from "../../src/services/flows/operator/UpdateUser.ts"
import { removeAvatar, setAvatar } from "../../src/services/flows/operator/UserAvatar.ts"
import { removePasskeyOf } from "../../src/services/flows/operator/UserSessions.ts"
import { disableUser, enableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { failureOf, World } from "./World.ts"

/** Somebody who looks after users, clients and roles, and may do nothing else. */
const helpdesk = acting({
  by: "helpdesk",
  permitted: ["admin.users.write", "admin.clients.write", "admin.roles.write"] satisfies ReadonlyArray<AdminScope>
})

const flows = {
  "disable them": () => disableUser("keeper"),
  "enable them": () => enableUser("keeper"),
  "change their address": () => updateUser("keeper", { email: "thief@example.com" }),
  "set their password": () => setPassword("keeper", Redacted.make("a password that nobody guesses")),
  "take a passkey away": () => removePasskeyOf("keeper", "A".repeat(22)),
  "set their picture": () => setAvatar("keeper", new Uint8Array([1]), "any"),
  "take their picture away": () => removeAvatar("keeper", "any"),
  "take their role away": () => setRoles("keeper", []),
  "delete them": () => deleteUser("keeper")
} as const

describe("OWASP ASVS 5.0 §8.2: of somebody who may do more, nobody may", () => {
  it.effect.each(Object.keys(flows) as ReadonlyArray<keyof typeof flows>)("%s", (what) =>
    Effect.gen(function* () {
      yield* saveRole({ name: "keeper", metadata: { permissions: ["admin.keys.write"] } })
      yield* createUser({ username: "keeper" })
      yield* setRoles("keeper", ["keeper"])
      const before = yield* showUser("keeper")
      const refused = flows[what]() as Effect.Effect<unknown, { readonly _tag: string }, Services>
      expect((yield* failureOf(refused.pipe(helpdesk)))._tag).toBe("NotPermitted")
      expect(yield* showUser("keeper")).toEqual(before)
    }).pipe(Effect.provide(World))
  )
})
type Services = Effect.Services<ReturnType<(typeof flows)[keyof typeof flows]>>

describe("nobody hands on, or takes away, what they may not do", () => {
  it.effect("a role that permits it is neither changed nor removed, not even to permit less", () =>
    Effect.gen(function* () {
      const role = yield* saveRole({ name: "keeper", metadata: { permissions: ["admin.keys.write"] } })
      const less = saveRole({ name: "keeper", metadata: { permissions: [] } })
      for (const flow of [less, removeRole("keeper")] as ReadonlyArray<typeof less>) {
        expect((yield* failureOf(Effect.asVoid(flow).pipe(helpdesk)))._tag).toBe("NotPermitted")
      }
      expect(yield* showRole("keeper")).toEqual(role)
    }).pipe(Effect.provide(World))
  )

  it.effect("a client that has it is not deleted", () =>
    Effect.gen(function* () {
      const metadata = { redirect_uris: ["https://rp.example/cb"], scopes: ["openid", "admin.keys.write"] }
      yield* registerClient({ id: "console", metadata })
      expect((yield* failureOf(deleteClient("console").pipe(helpdesk)))._tag).toBe("NotPermitted")
      expect((yield* showClient("console")).id).toBe("console")
    }).pipe(Effect.provide(World))
  )
})

describe("whoever may do everything", () => {
  it.effect("counts again from the moment that they are enabled, and then another may go", () =>
    Effect.gen(function* () {
      yield* makeAdministrator({ username: "ada" })
      yield* makeAdministrator({ username: "grace" })
      yield* disableUser("grace")
      expect((yield* failureOf(deleteUser("ada")))._tag).toBe("LastAdministratorTaken")
      yield* enableUser("grace")
      yield* deleteUser("ada")
      expect((yield* failureOf(setRoles("grace", [])))._tag).toBe("LastAdministratorTaken")
    }).pipe(Effect.provide(World))
  )

  it.effect("and is disabled is none whose going leaves nobody", () =>
    Effect.gen(function* () {
      yield* makeAdministrator({ username: "ada" })
      yield* makeAdministrator({ username: "grace" })
      yield* disableUser("grace")
      expect((yield* setRoles("grace", [])).roles ?? []).toEqual([])
      expect((yield* failureOf(disableUser("ada")))._tag).toBe("LastAdministratorTaken")
    }).pipe(Effect.provide(World))
  )
})

it.effect("OIDC Core §5.1: what an operator says of an address is of this one, not of the one before", () =>
  Effect.gen(function* () {
    yield* createUser({ username: "ada", email: "ada@example.com", emailVerified: false })
    const same = yield* updateUser("ada", { claims: { name: "Ada" } })
    expect(same.profile.email_verified).toBe(false)
    const other = yield* updateUser("ada", { email: "ada@example.org" })
    expect(other.profile.email_verified).toBe(true)
  }).pipe(Effect.provide(World))
)
