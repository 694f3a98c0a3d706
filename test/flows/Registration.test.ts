/** Registering clients and looking after them, over a provider in memory. RFC 7591, RFC 7592. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { RemoteServers } from "../../src/layers/test/RemoteFetchMemory.ts"
import { authenticateClient } from "../../src/services/flows/client/AuthenticateClient.ts"
import { readClient, removeClient, replaceClient } from "../../src/services/flows/registration/ManageClient.ts"
import { register } from "../../src/services/flows/registration/Register.ts"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import {
  createRegistrationToken,
  revokeRegistrationToken
} from "../../src/services/flows/operator/RegistrationTokens.ts"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { OutcomeUnknown } from "../../src/services/storage/StorageError.ts"
import { auditTypes, beforeFirst, failureOf } from "../operator/World.ts"
import { provider, World as Base } from "./World.ts"

const configured = (registration: "closed" | "token" | "open") =>
  Base.pipe(Layer.merge(Layer.succeed(ProviderConfig, new Provider({ ...provider, registration }))))
const Closed = configured("closed")
const ByToken = configured("token")
const Open = configured("open")

const redirect_uris = ["https://rp.example/cb"]
const body = (members: object = {}) => JSON.stringify({ redirect_uris, ...members })
const day = 86_400_000

const issued = (uses: number) =>
  Effect.map(createRegistrationToken({ uses, lifetime: day }), ({ secret, token }) => ({
    id: token.id,
    text: Redacted.value(secret)
  }))

type Information = Readonly<Record<string, any>>

const registered = (members?: object) => Effect.map(register(undefined, body(members)), (one): Information => one)

const shownBy = (information: Information) => ({
  clientId: String(information["client_id"]),
  token: Redacted.make(String(information["registration_access_token"]))
})

/** How everything that can be done to a client is refused. */
const refusals = (shown: ReturnType<typeof shownBy>, text: string) =>
  Effect.orDie(
    Effect.all([
      Effect.flip(readClient(shown)),
      Effect.flip(removeClient(shown)),
      Effect.flip(replaceClient(shown, text))
    ])
  )

const authenticates = (information: Information, secret = information["client_secret"]) =>
  authenticateClient({
    method: "client_secret_basic",
    clientId: information["client_id"],
    secret: Redacted.make(secret ?? "")
  }).pipe(
    Effect.as(true),
    Effect.catchTag("InvalidClient", () => Effect.succeed(false))
  )

const clientCount = MemoryDatabase.use((db) => Effect.sync(() => db.clients.size))
const used = (id: string) => MemoryDatabase.use((db) => Effect.sync(() => db.initialTokens.get(id)?.used))

describe("Register", () => {
  it.effect("RFC 7591 §3: a provider whose operator did not open it registers nobody", () =>
    Effect.gen(function* () {
      const { text } = yield* issued(1)
      for (const shown of [undefined, text]) {
        expect(yield* failureOf(register(shown, body()))).toMatchObject({ code: "access_denied", status: 403 })
      }
      expect(yield* clientCount).toBe(0)
    }).pipe(Effect.provide(Closed))
  )

  it.effect(
    "RFC 7591 §3.2.1: answers with id, secret, token and all that is registered; storage sees hashes only",
    () =>
      Effect.gen(function* () {
        yield* TestClock.adjust(90_500)
        const information = yield* registered({ client_name: "App", scope: "openid email" })
        expect(information).toEqual({
          client_id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
          client_secret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
          client_id_issued_at: 90,
          client_secret_expires_at: 0,
          registration_client_uri: `https://id.example/register/${information["client_id"]}`,
          registration_access_token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
          client_name: "App",
          redirect_uris,
          post_logout_redirect_uris: [],
          grant_types: ["authorization_code", "refresh_token"],
          response_types: ["code"],
          scope: "openid email",
          token_endpoint_auth_method: "client_secret_basic",
          auth_method_strict: false,
          id_token_signed_response_alg: "RS256",
          require_pkce: false
        })
        expect(yield* authenticates(information)).toBe(true)
        const db = yield* MemoryDatabase
        const stored = JSON.stringify([[...db.clients], [...db.auditLog]])
        for (const name of ["client_secret", "registration_access_token"]) {
          expect(stored).not.toContain(information[name])
        }
        expect([...db.auditLog.values()]).toMatchObject([{ type: "client.created", detail: { by: "anybody" } }])
      }).pipe(Effect.provide(Open))
  )

  it.effect("a client that needs no secret gets none", () =>
    Effect.gen(function* () {
      for (const members of [
        { token_endpoint_auth_method: "none" },
        { token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://rp.example/jwks" }
      ]) {
        const information = yield* registered(members)
        expect(information).not.toHaveProperty("client_secret")
        expect(information).not.toHaveProperty("client_secret_expires_at")
      }
    }).pipe(Effect.provide(Open))
  )

  it.effect("RFC 7591 §2: what is not understood is passed over, and what the client may not choose too", () =>
    Effect.gen(function* () {
      const information = yield* registered({
        "client_name#ja": "名前",
        client_id: "mine",
        client_secret: "mine",
        registration_access_token: "mine",
        scopes: ["admin"],
        scope: "openid admin",
        nonsense: { a: 1 },
        logo_uri: null,
        ["__proto__"]: { polluted: true }
      })
      expect(information["scope"]).toBe("openid")
      for (const name of ["client_id", "client_secret", "registration_access_token"]) {
        expect(information[name]).not.toBe("mine")
      }
      for (const name of ["client_name#ja", "scopes", "nonsense", "logo_uri", "polluted"]) {
        expect(information).not.toHaveProperty(name)
      }
    }).pipe(Effect.provide(Open))
  )

  it.effect("RFC 7591 §5: scopes that the operator gives are nobody's to take, by whatever name", () =>
    Effect.gen(function* () {
      for (const members of [{ scopes: ["openid", "admin"] }, { scopes: ["admin"], scope: "openid admin" }]) {
        expect(String((yield* registered(members))["scope"]).split(" ")).not.toContain("admin")
      }
    }).pipe(Effect.provide(Open))
  )

  const refused: ReadonlyArray<readonly [string, string, string]> = [
    ["no address", "{}", "invalid_redirect_uri"],
    ["attack 2: a script", body({ redirect_uris: ["javascript:alert(1)"] }), "invalid_redirect_uri"],
    ["a fragment", body({ redirect_uris: ["https://rp.example/cb#x"] }), "invalid_redirect_uri"],
    ["an empty list", body({ redirect_uris: [] }), "invalid_redirect_uri"],
    ["attack 2: a script elsewhere", body({ logo_uri: "javascript:alert(1)" }), "invalid_client_metadata"],
    ["contradictory types", body({ grant_types: ["implicit"], response_types: ["code"] }), "invalid_client_metadata"],
    ["a private key", body({ jwks: { keys: [{ kty: "RSA", d: "x" }] } }), "invalid_client_metadata"],
    ["encryption", body({ id_token_encrypted_response_alg: "RSA-OAEP" }), "invalid_client_metadata"],
    ["encryption of userinfo", body({ userinfo_encrypted_response_enc: "A128GCM" }), "invalid_client_metadata"],
    ["encryption of requests", body({ request_object_encryption_alg: "ECDH-ES" }), "invalid_client_metadata"],
    ["scopes as a list", body({ scope: ["openid"] }), "invalid_client_metadata"],
    ["no scope that is known", body({ scope: "admin" }), "invalid_client_metadata"],
    ["a statement", body({ software_statement: "e30.e30.x" }), "unapproved_software_statement"],
    ["no statement", body({ software_statement: {} }), "invalid_software_statement"],
    ["a list", "[]", "invalid_client_metadata"],
    ["no JSON", "redirect_uris=x", "invalid_client_metadata"],
    ["nothing", "", "invalid_client_metadata"],
    ["null", "null", "invalid_client_metadata"]
  ]
  it.effect.each(refused)("RFC 7591 §3.2.2: %s is refused and burns no use", ([, text, code]) =>
    Effect.gen(function* () {
      const token = yield* issued(1)
      expect(yield* failureOf(register(token.text, text))).toMatchObject({ code, status: 400 })
      expect([yield* clientCount, yield* used(token.id)]).toEqual([0, 0])
      yield* register(token.text, body())
      expect([yield* clientCount, yield* used(token.id)]).toEqual([1, 1])
    }).pipe(Effect.provide(ByToken))
  )

  it.effect("a token registers as many clients as it has uses, until it expires or is revoked", () =>
    Effect.gen(function* () {
      const token = yield* issued(2)
      const again = register(token.text, body())
      yield* again
      yield* again
      expect(yield* failureOf(again)).toMatchObject({ code: "invalid_token", status: 401, reason: "used up" })
      const late = yield* issued(1)
      yield* TestClock.adjust(day)
      expect(yield* failureOf(register(late.text, body()))).toMatchObject({ reason: "expired" })
      const revoked = yield* issued(1)
      yield* revokeRegistrationToken(revoked.id)
      expect(yield* failureOf(register(revoked.text, body()))).toMatchObject({ status: 401, reason: "unknown" })
      expect(yield* clientCount).toBe(2)
    }).pipe(Effect.provide(ByToken))
  )

  it.effect("no token, a wrong one and another's id have one answer, before the metadata are looked at", () =>
    Effect.gen(function* () {
      const [a, b] = [yield* issued(1), yield* issued(1)]
      const mixed = `${a.id}.${b.text.split(".")[1]}`
      const answers = yield* Effect.forEach([undefined, "", "x", `${a.text}x`, a.id, mixed, "a.b.c"], (shown) =>
        failureOf(register(shown, "no JSON"))
      )
      for (const { code, error_description } of answers as ReadonlyArray<Information>) {
        expect([code, error_description]).toEqual(["invalid_token", "the initial access token is not good here"])
      }
    }).pipe(Effect.provide(ByToken))
  )

  it.effect("a token that is used up between the look and the registration is refused, and nothing is made", () =>
    Effect.gen(function* () {
      const token = yield* issued(1)
      const context = yield* Effect.context<Effect.Services<ReturnType<typeof register>>>()
      const other = Effect.provideContext(register(token.text, body()), context)
      const ours = register(token.text, body()).pipe(beforeFirst("InitialAccessToken.register", other))
      expect(yield* failureOf(ours)).toMatchObject({ code: "invalid_token", status: 401 })
      expect([yield* clientCount, yield* used(token.id)]).toEqual([1, 1])
    }).pipe(Effect.provide(ByToken))
  )

  it.live("an answer of storage that is lost is asked for again: one client, one use", () =>
    Effect.gen(function* () {
      const token = yield* issued(2)
      let lost = 0
      const information = yield* register(token.text, body()).pipe(
        Effect.provideService(Around, (call, run) => {
          if (call.operation !== "InitialAccessToken.register" || lost++ > 0) return run
          const unknown = new OutcomeUnknown({ operation: call.operation, detail: "lost" })
          return Effect.andThen(Effect.exit(run), Effect.fail(unknown as never))
        })
      )
      expect([lost, yield* clientCount, yield* used(token.id)]).toEqual([2, 1, 1])
      expect(yield* authenticates(information)).toBe(true)
    }).pipe(Effect.provide(ByToken))
  )
})

describe("RFC 7592", () => {
  it.effect("§2.1: reading shows what is registered and the token as it was presented, and no secret", () =>
    Effect.gen(function* () {
      const { client_secret: _, ...information } = yield* registered({ client_name: "App" })
      expect(yield* readClient(shownBy(information))).toEqual(information)
    }).pipe(Effect.provide(Open))
  )

  it.effect("§2.2: replacing takes all members anew, and what is left out is as in a new registration", () =>
    Effect.gen(function* () {
      const information = yield* registered({ client_name: "App", scope: "openid", contacts: ["a@rp.example"] })
      const shown = shownBy(information)
      const { client_id, client_secret } = information
      yield* TestClock.adjust("1 hour")
      const replaced = yield* replaceClient(shown, body({ client_id, client_secret, tos_uri: "https://rp.example/t" }))
      const { client_name: _a, client_secret: _b, contacts: _c, scope: _d, ...kept } = information
      expect(replaced).toEqual({ ...kept, scope: expect.stringContaining("email"), tos_uri: "https://rp.example/t" })
      expect(yield* readClient(shown)).toEqual(replaced)
      expect(yield* authenticates(information)).toBe(true)
      expect(yield* auditTypes).toEqual(["client.created", "client.updated"])
    }).pipe(Effect.provide(Open))
  )

  it.effect("§2.2: a member that is null is one that is left out", () =>
    Effect.gen(function* () {
      const information = yield* registered({ software_statement: null, scope: null, client_name: "App" })
      const { client_id } = information
      const nulls = { client_secret: null, client_name: null, software_statement: null, scope: null }
      const replaced = yield* replaceClient(shownBy(information), body({ client_id, ...nulls }))
      const { client_name: _a, client_secret: _b, ...kept } = information
      expect(replaced).toEqual(kept)
    }).pipe(Effect.provide(Open))
  )

  it.effect("§2.2: the document of its sector is not read again for redirect_uris that it has", () =>
    Effect.gen(function* () {
      const sector_identifier_uri = "https://sector.example/uris.json"
      const pairwise = { subject_type: "pairwise", sector_identifier_uri }
      const { documents } = yield* RemoteServers
      documents.set(sector_identifier_uri, JSON.stringify(["https://rp.example/cb"]))
      const information = yield* registered(pairwise)
      documents.clear()
      const again = body({ client_id: information["client_id"], ...pairwise })
      expect(yield* replaceClient(shownBy(information), again)).toMatchObject(pairwise)
    }).pipe(Effect.provide(Open))
  )

  it.effect("§2.2: a client that authenticates otherwise from now on loses its secret, or is shown a new one", () =>
    Effect.gen(function* () {
      const information = yield* registered()
      const shown = shownBy(information)
      const { client_id } = information
      const replaced = (members: object) =>
        Effect.map(replaceClient(shown, body({ client_id, ...members })), (one): Information => one)
      expect(yield* replaced({ token_endpoint_auth_method: "none" })).not.toHaveProperty("client_secret")
      expect(yield* authenticates(information)).toBe(false)
      const again = yield* replaced({})
      expect(again["client_secret"]).not.toBe(information["client_secret"])
      expect(yield* authenticates(again)).toBe(true)
    }).pipe(Effect.provide(Open))
  )

  it.effect("§2.2: scopes that the operator gave stay with the client if it names them", () =>
    Effect.gen(function* () {
      const information = yield* registered()
      const { client_id } = information
      yield* updateClient({ id: client_id, metadata: { scopes: ["openid", "library.read"] } })
      const asked = (scope: string) =>
        Effect.map(replaceClient(shownBy(information), body({ client_id, scope })), (one: Information) => one["scope"])
      expect(yield* asked("openid library.read library.write")).toBe("openid library.read")
      expect(yield* asked("openid")).toBe("openid")
      expect(yield* asked("openid library.read")).toBe("openid")
    }).pipe(Effect.provide(Open))
  )

  it.effect("§2.2: a body about another client, with another secret or with bad metadata changes nothing", () =>
    Effect.gen(function* () {
      const information = yield* registered()
      const shown = shownBy(information)
      const { client_id } = information
      const before = yield* readClient(shown)
      for (const text of [
        body(),
        body({ client_id: "another" }),
        body({ client_id, client_secret: "wrong" }),
        body({ client_id, client_secret: 1 }),
        body({ client_id, redirect_uris: ["javascript:alert(1)"] }),
        JSON.stringify({ client_id }),
        "[]"
      ]) {
        expect(yield* failureOf(replaceClient(shown, text))).toMatchObject({ status: 400 })
      }
      expect(yield* readClient(shown)).toEqual(before)
    }).pipe(Effect.provide(Open))
  )

  it.effect("§2.2: of two changes at once the later hears of a conflict", () =>
    Effect.gen(function* () {
      const information = yield* registered()
      const shown = shownBy(information)
      const { client_id } = information
      const context = yield* Effect.context<Effect.Services<ReturnType<typeof replaceClient>>>()
      const theirs = Effect.provideContext(replaceClient(shown, body({ client_id, client_name: "theirs" })), context)
      const ours = replaceClient(shown, body({ client_id, client_name: "ours" })).pipe(
        beforeFirst("Client.update", theirs)
      )
      expect(yield* failureOf(ours)).toMatchObject({ code: "conflict", status: 409 })
      expect(yield* readClient(shown)).toMatchObject({ client_name: "theirs" })
    }).pipe(Effect.provide(Open))
  )

  it.effect("§2.3: a deleted client is gone: it cannot authenticate, and its token opens nothing", () =>
    Effect.gen(function* () {
      const information = yield* registered()
      const shown = shownBy(information)
      yield* removeClient(shown)
      expect(yield* authenticates(information)).toBe(false)
      for (const refusal of yield* refusals(shown, body())) {
        expect(refusal).toMatchObject({ code: "invalid_token", status: 401 })
      }
      expect(yield* auditTypes).toEqual(["client.created", "client.deleted", "client.refused"])
    }).pipe(Effect.provide(Open))
  )

  it.effect("§2: no token, another client's, one of another kind, and a client that is not there: one answer", () =>
    Effect.gen(function* () {
      const [a, b] = [yield* registered(), yield* registered()]
      const { client } = yield* registerClient({ id: "by hand", metadata: { redirect_uris } })
      const wrong: ReadonlyArray<readonly [string, string]> = [
        [a["client_id"], ""],
        [a["client_id"], b["registration_access_token"]],
        [a["client_id"], a["client_secret"]],
        [a["client_id"], `${a["registration_access_token"]}x`],
        [a["client_id"], "A".repeat(43)],
        [client.id, ""],
        [client.id, "A".repeat(43)],
        ["nobody", a["registration_access_token"]],
        ["", a["registration_access_token"]],
        ["é", a["registration_access_token"]]
      ]
      for (const [clientId, token] of wrong) {
        const shown = { clientId, token: Redacted.make(token) }
        for (const refusal of yield* refusals(shown, body({ client_id: clientId }))) {
          expect(refusal).toMatchObject({
            code: "invalid_token",
            status: 401,
            error_description: "the registration access token is not one of this client"
          })
        }
      }
      expect(yield* clientCount).toBe(3)
    }).pipe(Effect.provide(Open))
  )
})
