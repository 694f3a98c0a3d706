/** The operator's commands as texts: what is asked and answered through the binding. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { commands } from "../../src/operator/Commands.ts"
import { OperatorAnswer, runCommand } from "../../src/operator/RunCommand.ts"
import { World } from "./World.ts"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(OperatorAnswer))

/** Asks, and reads the answer as the tool does. */
const ask = (command: string, input: unknown) => Effect.map(runCommand(JSON.stringify({ command, input })), decode)

const redirect_uris = ["https://rp.example/cb"]

describe("the operator's commands", () => {
  it.effect("a client's secret is in the answer of the command that drew it, and in no other", () =>
    Effect.gen(function* () {
      const made = yield* ask("client.create", { id: "rp", metadata: { redirect_uris } })
      expect(made).toMatchObject({ ok: { client: { id: "rp", secrets: 1 }, secret: expect.stringMatching(/^.{43}$/) } })
      const { secret } = (made as { ok: { secret: string } }).ok
      for (const [command, input] of [
        ["client.show", { id: "rp" }],
        ["client.list", {}]
      ] as const) {
        const answer = yield* ask(command, input)
        expect(answer).toHaveProperty("ok")
        expect(JSON.stringify(answer)).not.toContain(secret)
      }
    }).pipe(Effect.provide(World))
  )

  it.effect("a password is in no answer, and neither is its hash", () =>
    Effect.gen(function* () {
      const password = "a password of hers"
      const made = yield* ask("user.create", { username: "ada", password })
      expect(made).toMatchObject({ ok: { hasPassword: true, profile: { preferred_username: "ada" } } })
      const all = [
        made,
        yield* ask("user.show", { user: "ada" }),
        yield* ask("user.password", { user: "ada", password })
      ]
      expect(JSON.stringify(all)).not.toMatch(/a password of hers|argon2|passwordHash/)
    }).pipe(Effect.provide(World))
  )

  it.effect("what an operator did wrong comes with its name and a sentence", () =>
    Effect.gen(function* () {
      expect(yield* ask("client.show", { id: "nobody" })).toEqual({
        error: { tag: "ClientNotFound", message: "There is no client nobody." }
      })
      yield* ask("user.create", { username: "ada", password: "a password of hers" })
      expect(yield* ask("user.create", { username: "Ada", password: "another of his" })).toEqual({
        error: { tag: "NameTaken", message: "The user name ada is taken." }
      })
    }).pipe(Effect.provide(World))
  )

  it.effect("what is no command, or has another input, is answered and not guessed at", () =>
    Effect.gen(function* () {
      const unknown = { error: { tag: "UnknownCommand", message: "This version of the Worker knows no such command." } }
      expect(yield* ask("user.promote", {})).toEqual(unknown)
      expect(yield* ask("toString", {})).toEqual(unknown)
      expect(decode(yield* runCommand("not JSON"))).toEqual(unknown)
      expect(yield* ask("client.show", {})).toMatchObject({ error: { tag: "InvalidInput" } })
      const slip = yield* ask("user.create", { username: "ada", pasword: "a password of hers" })
      expect(slip).toMatchObject({ error: { tag: "InvalidInput" } })
      expect(JSON.stringify(slip)).not.toContain("a password of hers")
    }).pipe(Effect.provide(World))
  )

  it("there is a command for each flow of the operator", () => {
    expect(Object.keys(commands).toSorted()).toEqual([
      "admin.create",
      "alert.key",
      "alert.list",
      "alert.test",
      "audit.find",
      "branding.set",
      "branding.show",
      "client.create",
      "client.delete",
      "client.list",
      "client.show",
      "client.update",
      "key.list",
      "key.rotate",
      "key.withdraw",
      "registration-token.create",
      "registration-token.list",
      "registration-token.revoke",
      "resource.create",
      "resource.delete",
      "resource.list",
      "resource.show",
      "resource.update",
      "role.delete",
      "role.list",
      "role.save",
      "role.show",
      "scope.delete",
      "scope.list",
      "scope.save",
      "scope.show",
      "session.end-many",
      "settings.set",
      "settings.show",
      "upkeep.run",
      "user.create",
      "user.delete",
      "user.disable",
      "user.enable",
      "user.list",
      "user.password",
      "user.roles",
      "user.show",
      "user.sign-out",
      "user.update",
      "user.withdraw-consent"
    ])
  })
})
