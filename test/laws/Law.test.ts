/** What a law is: a sentence that must call what it is about, and says so when it does not. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { fake } from "../../src/layers/test/Fake.ts"
import { AuditLog } from "../../src/services/storage/AuditLog.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { expectFailure, expectThat, law } from "../../src/services/storage/Law.ts"

const storage = fake(AuditLog, { append: () => Effect.void })
const append = AuditLog.append([])

const failing = <A, E>(effect: Effect.Effect<A, E>) => Effect.flip(effect)

describe("a law", () => {
  it.effect("holds if its check succeeds and calls every operation it names", () =>
    law("holds", ["AuditLog.append"], append).check.pipe(Effect.provide(storage))
  )

  it.effect("is broken if it never calls an operation it names", () =>
    Effect.gen(function* () {
      const silent = law("silent", ["AuditLog.append", "AuditLog.bury", "Client.find"], append)
      const error = yield* failing(silent.check.pipe(Effect.provide(storage)))
      expect(error).toMatchObject({
        _tag: "LawBroken",
        message: "the law must call what it is about: AuditLog.bury, Client.find"
      })
    })
  )

  it.effect("fails as its check fails", () =>
    Effect.gen(function* () {
      const broken = law("broken", ["AuditLog.append"], Effect.andThen(append, expectThat(false, "the sky is blue")))
      expect(yield* failing(broken.check.pipe(Effect.provide(storage)))).toMatchObject({
        _tag: "LawBroken",
        message: "the sky is blue"
      })
    })
  )

  it.effect("leaves whoever stands around the operations already where they stand", () =>
    Effect.gen(function* () {
      const heard: Array<string> = []
      yield* law("watched", ["AuditLog.append"], append).check.pipe(
        Effect.provideService(Around, (call, run) => {
          heard.push(call.operation)
          return run
        }),
        Effect.provide(storage)
      )
      expect(heard).toEqual(["AuditLog.append"])
    })
  )
})

describe("expectFailure", () => {
  it.effect("answers with the failure, and is broken by a success", () =>
    Effect.gen(function* () {
      expect(yield* expectFailure(Effect.fail("no"), "it fails")).toBe("no")
      const error = yield* failing(expectFailure(Effect.succeed("yes"), "it fails"))
      expect(error).toMatchObject({ _tag: "LawBroken", message: "it fails" })
    })
  )

  it.effect("takes a defect for no failure", () =>
    Effect.gen(function* () {
      expect(Exit.isFailure(yield* Effect.exit(expectFailure(Effect.die("defect"), "it fails")))).toBe(true)
    })
  )
})
