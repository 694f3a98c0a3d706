/** Secrets of clients: several with an overlap, sealed where they sign, gone where they are not needed. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { liveSecrets } from "../../src/domain/Client.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { authenticateClient } from "../../src/services/flows/client/AuthenticateClient.ts"
import { openSecret } from "../../src/services/flows/client/SealedSecret.ts"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import { showClient } from "../../src/services/flows/operator/ShowClient.ts"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { assertionClaims, sign } from "../clients/Signing.ts"
import { failureOf, World } from "./World.ts"

const day = 86_400_000
const metadata = { redirect_uris: ["https://rp.example/cb"] }
const asSigner = { ...metadata, token_endpoint_auth_method: "client_secret_jwt" }

const isGood = (secret: Redacted.Redacted | null) =>
  authenticateClient({ method: "client_secret_basic", clientId: "rp", secret: secret ?? Redacted.make("") }).pipe(
    Effect.as(true),
    Effect.catchTag("InvalidClient", () => Effect.succeed(false))
  )

/** Whether the client may come with an assertion that this secret signs. */
const signsWell = Effect.fnUntraced(function* (secret: Redacted.Redacted | null, alg = "HS256") {
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const claims = assertionClaims("rp", "https://id.example", { iat: now, exp: now + 60 })
  const key = new TextEncoder().encode(Redacted.value(secret ?? Redacted.make("")))
  const assertion = yield* Effect.promise(() => sign(key, claims, { alg }))
  return yield* authenticateClient({ method: "assertion", clientId: undefined, assertion, endpoint: "/token" }).pipe(
    Effect.as(true),
    Effect.catchTag("InvalidClient", () => Effect.succeed(false))
  )
})

const storedSecrets = MemoryDatabase.use((db) => Effect.sync(() => db.clients.get("rp")?.secrets ?? []))

describe("a new secret beside the old one", () => {
  it.effect("both work until the old one's time is over, to the millisecond; then only the new one", () =>
    Effect.gen(function* () {
      const first = (yield* registerClient({ id: "rp", metadata })).secret
      const changed = yield* updateClient({ id: "rp", newSecret: "replace", keepOldFor: 7 * day })
      expect(changed.client).toMatchObject({ secrets: 2, secretEnds: [null, 7 * day] })
      expect([yield* isGood(first), yield* isGood(changed.secret)]).toEqual([true, true])
      yield* TestClock.adjust(7 * day - 1)
      expect(yield* isGood(first)).toBe(true)
      yield* TestClock.adjust(1)
      expect([yield* isGood(first), yield* isGood(changed.secret)]).toEqual([false, true])
      expect(yield* showClient("rp")).toEqual(changed.client)
    }).pipe(Effect.provide(World))
  )

  it.effect("an old secret never lives longer than it was given, whatever comes after", () =>
    Effect.gen(function* () {
      yield* registerClient({ id: "rp", metadata })
      const second = (yield* updateClient({ id: "rp", keepOldFor: day })).secret
      const third = yield* updateClient({ id: "rp", keepOldFor: 2 * day })
      expect(third.client.secretEnds).toEqual([null, 2 * day])
      const renamed = yield* updateClient({ id: "rp", metadata: { client_name: "New" } })
      expect(renamed.client.secretEnds).toEqual([null, 2 * day])
      yield* TestClock.adjust(2 * day)
      expect([yield* isGood(second), yield* isGood(third.secret)]).toEqual([false, true])
      const later = yield* updateClient({ id: "rp", metadata: { client_name: "Newer" } })
      expect(later.client.secretEnds).toEqual([null])
    }).pipe(Effect.provide(World))
  )

  it.effect("without a time it works until the next change; a time of nothing is refused", () =>
    Effect.gen(function* () {
      yield* registerClient({ id: "rp", metadata })
      expect((yield* updateClient({ id: "rp", newSecret: "add" })).client.secretEnds).toEqual([null, null])
      for (const keepOldFor of [0, -1]) {
        const error = yield* failureOf(updateClient({ id: "rp", keepOldFor }))
        expect(error).toMatchObject({ _tag: "InvalidField", field: "client_secret" })
      }
    }).pipe(Effect.provide(World))
  )

  it.effect("a client whose only secret has ended authenticates by nothing, and is compared all the same", () =>
    Effect.gen(function* () {
      const { secret } = yield* registerClient({ id: "rp", metadata })
      const db = yield* MemoryDatabase
      const client = db.clients.get("rp")!
      const ended = { ...client, secrets: client.secrets.map((one) => ({ ...one, expiresAt: 5 })) }
      db.clients.set("rp", ended as never)
      expect(yield* isGood(secret)).toBe(true)
      yield* TestClock.adjust(5)
      expect(yield* isGood(secret)).toBe(false)
      expect([liveSecrets(ended as never, 4).length, liveSecrets(ended as never, 5).length]).toEqual([1, 0])
    }).pipe(Effect.provide(World))
  )
})

describe("a secret that signs (client_secret_jwt)", () => {
  it.effect("is kept sealed beside its digest: no storage sees it", () =>
    Effect.gen(function* () {
      const { secret } = yield* registerClient({ id: "rp", metadata: asSigner })
      expect(Redacted.value(secret!)).toMatch(/^[A-Za-z0-9_-]{86}$/)
      const [stored] = yield* storedSecrets
      expect(Redacted.value((yield* openSecret(stored!))!)).toBe(Redacted.value(secret!))
      expect(JSON.stringify(stored)).not.toContain(Redacted.value(secret!))
      expect(JSON.stringify(yield* showClient("rp"))).not.toContain(stored!.sealed)
      expect(yield* openSecret({ ...stored!, sealed: `${stored!.sealed}x` })).toBe(undefined)
    }).pipe(Effect.provide(World))
  )

  it.effect("of any other client the digest alone is kept", () =>
    Effect.gen(function* () {
      yield* registerClient({ id: "rp", metadata })
      const [stored] = yield* storedSecrets
      expect(Object.keys(stored!).toSorted()).toEqual(["digest", "salt"])
      expect(yield* openSecret(stored!)).toBe(undefined)
    }).pipe(Effect.provide(World))
  )

  it.effect("RFC 7518 §3.2: one that is given is as long as the hash; the refusal does not repeat it", () =>
    Effect.gen(function* () {
      for (const [alg, length] of [
        [undefined, 32],
        ["HS256", 32],
        ["HS384", 48],
        ["HS512", 64]
      ] as const) {
        const asked = (size: number) => ({
          id: `${alg}-${size}`,
          secret: Redacted.make("x".repeat(size)),
          metadata: { ...asSigner, ...(alg === undefined ? {} : { token_endpoint_auth_signing_alg: alg }) }
        })
        const error = yield* failureOf(registerClient(asked(length - 1)))
        expect(error).toMatchObject({ _tag: "InvalidField", field: "client_secret" })
        expect(error.message).not.toContain("xxxx")
        expect((yield* registerClient(asked(length))).secret).toBe(null)
      }
    }).pipe(Effect.provide(World))
  )

  it.effect("the old one and the new one sign, until the old one's time is over", () =>
    Effect.gen(function* () {
      const first = (yield* registerClient({ id: "rp", metadata: asSigner })).secret
      const second = (yield* updateClient({ id: "rp", newSecret: "replace", keepOldFor: day })).secret
      expect([yield* signsWell(first), yield* signsWell(second)]).toEqual([true, true])
      yield* TestClock.adjust(day)
      expect([yield* signsWell(first), yield* signsWell(second)]).toEqual([false, true])
    }).pipe(Effect.provide(World))
  )

  it.effect("RFC 7518 §3.2: one that is shorter than a hash does not sign with that hash", () =>
    Effect.gen(function* () {
      const secret = Redacted.make("x".repeat(48))
      yield* registerClient({ id: "rp", secret, metadata: asSigner })
      const results = yield* Effect.forEach(["HS256", "HS384", "HS512"], (alg) => signsWell(secret, alg))
      expect(results).toEqual([true, true, false])
    }).pipe(Effect.provide(World))
  )

  it.effect("a client that comes to sign gets a secret that can; one that no longer signs keeps no seal", () =>
    Effect.gen(function* () {
      yield* registerClient({ id: "rp", metadata })
      const signs = yield* updateClient({ id: "rp", metadata: { token_endpoint_auth_method: "client_secret_jwt" } })
      expect([signs.client.secrets, signs.secret === null]).toEqual([1, false])
      const shows = yield* updateClient({ id: "rp", metadata: { token_endpoint_auth_method: "client_secret_basic" } })
      expect([shows.client.secrets, shows.secret]).toEqual([1, null])
      expect(yield* isGood(signs.secret)).toBe(true)
      expect((yield* storedSecrets)[0]).not.toHaveProperty("sealed")
    }).pipe(Effect.provide(World))
  )
})

describe("a client that shows no secret", () => {
  it.effect("with private_key_jwt has none, and takes none", () =>
    Effect.gen(function* () {
      const byKey = { ...metadata, token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://rp.example/jwks" }
      const { client, secret } = yield* registerClient({ id: "rp", metadata: byKey })
      expect([client.secrets, secret]).toEqual([0, null])
      const given = Redacted.make("x".repeat(64))
      for (const error of [
        yield* failureOf(registerClient({ id: "other", metadata: byKey, secret: given })),
        yield* failureOf(updateClient({ id: "rp", secret: given })),
        yield* failureOf(updateClient({ id: "rp", newSecret: "add" })),
        yield* failureOf(updateClient({ id: "rp", keepOldFor: day }))
      ]) {
        expect(error).toMatchObject({ _tag: "InvalidField", field: "client_secret" })
      }
    }).pipe(Effect.provide(World))
  )
})
