/** Tokens by which others register clients, as the operator looks after them. RFC 7591 §3. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import {
  createRegistrationToken,
  listRegistrationTokens,
  revokeRegistrationToken
} from "../../src/services/flows/operator/RegistrationTokens.ts"
import { auditTypes, failureOf, World } from "./World.ts"

const day = 86_400_000

describe("registration tokens", () => {
  it.effect("are drawn with 256 bits, stored as a hash, and shown this once", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(5_000)
      const { secret, token } = yield* createRegistrationToken({ uses: 3, lifetime: day })
      expect(Redacted.value(secret)).toMatch(/^t[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/)
      expect(token).toEqual({ id: token.id, uses: 3, used: 0, createdAt: 5_000, expiresAt: 5_000 + day })
      const db = yield* MemoryDatabase
      const [, hidden = ""] = Redacted.value(secret).split(".")
      const everything = JSON.stringify([[...db.initialTokens], [...db.auditLog], yield* listRegistrationTokens({})])
      expect(everything).not.toContain(hidden)
      expect(JSON.stringify(yield* listRegistrationTokens({}))).not.toContain(db.initialTokens.get(token.id)!.hash)
      expect(yield* auditTypes).toEqual(["initial_token.created"])
    }).pipe(Effect.provide(World))
  )

  it.effect("are listed page by page, and revoked once", () =>
    Effect.gen(function* () {
      const made = yield* Effect.forEach([1, 2, 3], (uses) => createRegistrationToken({ uses, lifetime: day }))
      const ids = made.map(({ token }) => token.id).toSorted()
      const first = yield* listRegistrationTokens({ limit: 2 })
      const second = yield* listRegistrationTokens({ limit: 2, after: first.next ?? "" })
      expect([...first.tokens, ...second.tokens].map(({ id }) => id)).toEqual(ids)
      expect(second.next).toBe(null)
      expect(yield* revokeRegistrationToken(ids[0]!)).toEqual({ id: ids[0] })
      const { tokens } = yield* listRegistrationTokens({})
      expect(tokens.map(({ id }) => id)).toEqual(ids.slice(1))
      expect(yield* failureOf(revokeRegistrationToken(ids[0]!))).toMatchObject({ _tag: "RegistrationTokenNotFound" })
    }).pipe(Effect.provide(World))
  )

  it.effect.each([
    [{ uses: 0, lifetime: day }, "uses"],
    [{ uses: -1, lifetime: day }, "uses"],
    [{ uses: 1_000_001, lifetime: day }, "uses"],
    [{ uses: 1, lifetime: 0 }, "lifetime"],
    [{ uses: 1, lifetime: 3651 * day }, "lifetime"]
  ] as const)("%j is refused", ([asked, field]) =>
    Effect.gen(function* () {
      expect(yield* failureOf(createRegistrationToken(asked))).toMatchObject({ _tag: "InvalidField", field })
      expect(yield* auditTypes).toEqual([])
    }).pipe(Effect.provide(World))
  )

  it.effect.each(["", "nobody", "t", `t${"a".repeat(22)}`, "' OR 1=1"])("there is no token %j", (id) =>
    Effect.gen(function* () {
      const message = `There is no registration token ${id}.`
      expect(yield* failureOf(revokeRegistrationToken(id))).toMatchObject({ message })
    }).pipe(Effect.provide(World))
  )
})
