/** The fake that takes anything for storage: it answers both levels, and for nothing it was not given. */
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Schema } from "effect"
import { fake } from "../../src/layers/test/Fake.ts"
import { bind, bindStrongly } from "../../src/services/storage/Bind.ts"
import { type Call, strongly } from "../../src/services/storage/Consistency.ts"
import { backends, Clients, Codes, D1, Kv, listening } from "./Ledger.ts"

describe("fake", () => {
  it.effect.prop("calls its implementation with the request", [Schema.String, Schema.String], ([code, grant]) =>
    Effect.gen(function* () {
      expect(yield* Codes.issue(code, grant)).toBe(code + grant)
    }).pipe(Effect.provide(fake(Codes, { issue: (code, grant) => Effect.succeed(code + grant) })))
  )

  it.effect("answers the eventual and the strong reading", () =>
    Effect.gen(function* () {
      expect(yield* Effect.all([Clients.display("x"), strongly(Clients).display("x")])).toEqual(["fake x", "fake x"])
    }).pipe(Effect.provide(fake(Clients, { display: (id) => Effect.succeed(`fake ${id}`) })))
  )

  it.effect("is heard by Around like any other layer", () =>
    Effect.gen(function* () {
      const heard: Array<Call> = []
      yield* Codes.find("c").pipe(listening(heard))
      expect(heard.map((call) => call.operation)).toEqual(["Codes.find"])
    }).pipe(Effect.provide(fake(Codes, { find: () => Effect.succeed("found") })))
  )

  it.effect("dies, and does not throw, if its implementation throws", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Codes.find("c"))
      expect(Exit.isFailure(exit) && Cause.hasDies(exit.cause)).toBe(true)
    }).pipe(
      Effect.provide(
        fake(Codes, {
          find: () => {
            throw new Error("broken")
          }
        })
      )
    )
  )

  it.effect("answers for nothing it was not given", () =>
    Effect.gen(function* () {
      const layer = fake(Codes, { find: () => Effect.succeed("found") })
      const call = Codes.issue("c", "g").pipe(Effect.provide(layer)) as Effect.Effect<string, unknown>
      expect(Exit.isFailure(yield* Effect.exit(call))).toBe(true)
    })
  )

  it.effect("takes the place of bound layers, at both levels", () =>
    Effect.gen(function* () {
      const bound = Layer.merge(
        bind(Clients, { display: (id) => Kv.use((kv) => kv.ask(id)) }),
        bindStrongly(Clients, { display: (id) => D1.use((d1) => d1.ask(id)) })
      )
      const layer = Layer.merge(bound, fake(Clients, { display: () => Effect.succeed("fake") }))
      const both = Effect.all([Clients.display("x"), strongly(Clients).display("x")])
      expect(yield* both.pipe(Effect.provide(layer))).toEqual(["fake", "fake"])
    }).pipe(Effect.provide(backends))
  )
})
