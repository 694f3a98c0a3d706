/** Request objects on their way: by value, by reference, and pushed. RFC 9101, OIDC Core §6, RFC 9126 §3. */
import { expect, it } from "@effect/vitest"
import { createHash } from "node:crypto"
import { Effect } from "effect"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { RemoteServers } from "../../src/layers/test/RemoteFetchMemory.ts"
import { signAs } from "../../src/layers/test/SynchronousCrypto.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { pushRequest } from "../../src/services/flows/PushRequest.ts"
import { asks, browserOf, form, type Provider, redirectUri, relyingParty } from "../simulation/Scene.ts"
import { makeClient } from "../workerd/Fixtures.ts"

const key = { kty: "EC", crv: "P-256", x: "x", y: "y", kid: "k" }
const stolen = { ...key, x: "z" }
const other = "https://rp.example/other"
const address = "https://rp.example/request.jwt"

const claims = { client_id: "rp", redirect_uri: redirectUri, response_type: "code", scope: "openid", state: "inside" }

const signed = (changes: Readonly<Record<string, unknown>> = {}, by = key) =>
  signAs(by, { alg: "ES256", kid: "k" }, { ...claims, ...changes })

const plain = (changes: Readonly<Record<string, unknown>> = {}) =>
  [{ alg: "none" }, { ...claims, ...changes }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".") + "."

const withClient = (metadata: Parameters<typeof makeClient>[2]) =>
  makeClient("rp", "secret of rp", { redirect_uris: [redirectUri, other], ...metadata })

/** What the client is told, and where; or the page that comes. */
const toldBy = (query: Readonly<Record<string, string>>) =>
  Effect.map(authorize(form({ client_id: "rp", ...query }), browserOf("b")), (outcome) => {
    if (outcome._tag !== "Redirect") return outcome
    const url = new URL(outcome.uri)
    return { at: url.origin + url.pathname, ...Object.fromEntries(url.searchParams) }
  })

const beside = { redirect_uri: redirectUri, response_type: "code", scope: "openid", state: "beside" }

const inWorld = <A, E>(test: Effect.Effect<A, E, Provider>) => Effect.provide(test, MemoryProvider)

it.effect("RFC 9101 §6.3: what the object says counts; OIDC Core §6.1: what it leaves out may stand beside it", () =>
  inWorld(
    Effect.gen(function* () {
      yield* withClient({ jwks: { keys: [key] } })
      const told = yield* toldBy({ ...beside, prompt: "none", request: signed() })
      expect(told).toMatchObject({ at: redirectUri, error: "login_required", state: "inside" })
      const without = yield* toldBy({ ...beside, prompt: "none", request: signed({ state: undefined }) })
      expect(without).toMatchObject({ error: "login_required", state: "beside" })
    })
  )
)

it.effect("RFC 9101 §10.5: where the object has to be signed, nothing beside it counts", () =>
  inWorld(
    Effect.gen(function* () {
      yield* withClient({ jwks: { keys: [key] }, require_signed_request_object: true })
      expect(yield* toldBy({ ...beside, prompt: "none", request: signed() })).toMatchObject({ _tag: "Login" })
      const told = yield* toldBy({ ...beside, request: signed({ prompt: "none", state: undefined }) })
      expect(told).toMatchObject({ error: "login_required" })
      expect(told).not.toHaveProperty("state")
      expect(yield* toldBy(beside)).toMatchObject({ error: "invalid_request", state: "beside" })
    })
  )
)

it.effect.each<[string, string, string]>([
  ["another key", signed({}, stolen), "invalid_request_object"],
  ["no signature, of a client with keys", plain(), "invalid_request_object"],
  ["another client_id", signed({ client_id: "other" }), "invalid_request_object"],
  ["a nested request_uri", signed({ request_uri: address }), "invalid_request_object"],
  ["no JWT at all", "x", "invalid_request_object"]
])("attack 19: request object with %s", ([_title, request, error]) =>
  inWorld(
    Effect.gen(function* () {
      yield* withClient({ jwks: { keys: [key] } })
      expect(yield* toldBy({ ...beside, request })).toMatchObject({ at: redirectUri, error, state: "beside" })
      const page = { _tag: "Unanswerable", error, parameter: "request" }
      expect(yield* toldBy({ request })).toMatchObject(page)
      const elsewhere = { _tag: "Unanswerable", error: "invalid_request", parameter: "redirect_uri" }
      expect(yield* toldBy({ request, redirect_uri: "https://evil.example/" })).toMatchObject(elsewhere)
    })
  )
)

it.effect("OIDC Core §6.1: response_type is the same inside and beside", () =>
  inWorld(
    Effect.gen(function* () {
      yield* withClient({ jwks: { keys: [key] } })
      const request = signed({ response_type: "code id_token" })
      expect(yield* toldBy({ ...beside, request })).toMatchObject({ error: "invalid_request_object", state: "beside" })
    })
  )
)

it.effect("OIDC Core §3.1.2.1: a redirect_uri in the object wins; one that is not registered is an error page", () =>
  inWorld(
    Effect.gen(function* () {
      yield* withClient({ jwks: { keys: [key] } })
      const request = signed({ redirect_uri: other, prompt: "none" })
      expect(yield* toldBy({ ...beside, request })).toMatchObject({ at: other, error: "login_required" })
      const strange = signed({ redirect_uri: "https://evil.example/" })
      expect(yield* toldBy({ ...beside, request: strange })).toMatchObject({
        _tag: "Unanswerable",
        parameter: "redirect_uri"
      })
    })
  )
)

it.effect(
  "OIDC Core §6.1: an object without a signature is taken where none is registered, and refused elsewhere",
  () =>
    inWorld(
      Effect.gen(function* () {
        yield* withClient({ request_object_signing_alg: "none" })
        const request = plain({ prompt: "none" })
        expect(yield* toldBy({ request })).toMatchObject({ error: "login_required", state: "inside" })
        // The signature of `none` is empty (RFC 7518 §3.6): one that is not says that somebody meant another algorithm.
        expect(yield* toldBy({ ...beside, request: `${request}AA` })).toMatchObject({ error: "invalid_request_object" })
      })
    )
)

it.effect("OIDC Core §3.1.2.6: a client without keys: request_not_supported, request_uri_not_supported", () =>
  inWorld(
    Effect.gen(function* () {
      yield* withClient({ request_uris: [address] })
      expect(yield* toldBy({ ...beside, request: plain() })).toMatchObject({ error: "request_not_supported" })
      const byReference = yield* toldBy({ ...beside, request_uri: address })
      expect(byReference).toMatchObject({ error: "request_uri_not_supported" })
    })
  )
)

it.effect("RFC 9101 §5: request and request_uri at once: invalid_request", () =>
  inWorld(
    Effect.gen(function* () {
      yield* withClient({ jwks: { keys: [key] }, request_uris: [address] })
      const told = yield* toldBy({ ...beside, request: signed(), request_uri: address })
      expect(told).toMatchObject({ error: "invalid_request" })
    })
  )
)

it.effect("OIDC Core §6.2: request_uri is read if it is registered to the character, and signed as registered", () =>
  inWorld(
    Effect.gen(function* () {
      const { documents } = yield* RemoteServers
      const hash = createHash("sha256")
        .update(signed({ prompt: "none" }))
        .digest("base64url")
      const uris = [address, `${address}#${hash}`, "https://rp.example/gone", "https://rp.example/plain"]
      yield* withClient({ jwks: { keys: [key] }, request_uris: uris })
      documents.set(address, `${signed({ prompt: "none" })}`)
      documents.set("https://rp.example/plain", plain())
      documents.set("https://rp.example/other", signed())
      const told = (request_uri: string) => toldBy({ ...beside, request_uri })
      expect(yield* told(address)).toMatchObject({ error: "login_required", state: "inside" })
      expect(yield* told(`${address}#${hash}`)).toMatchObject({ error: "login_required" })
      expect(yield* told(`${address}#other`)).toMatchObject({ error: "invalid_request_uri", state: "beside" })
      expect(yield* told("https://rp.example/other")).toMatchObject({ error: "invalid_request_uri" })
      expect(yield* told("https://rp.example/gone")).toMatchObject({ error: "invalid_request_uri" })
      expect(yield* told("https://rp.example/plain")).toMatchObject({ error: "invalid_request_object" })
      documents.set(address, signed({ prompt: "login" }))
      expect(yield* told(address)).toMatchObject({ _tag: "Login" })
      expect(yield* told(`${address}#${hash}`)).toMatchObject({ error: "invalid_request_uri" })
    })
  )
)

it.effect("RFC 9126 §3: an object is pushed; nothing beside it counts, and nothing in it names another", () =>
  inWorld(
    Effect.gen(function* () {
      yield* withClient({ jwks: { keys: [key] }, request_uris: [address] })
      const request = signed({ state: undefined, prompt: "none" })
      const { request_uri } = yield* pushRequest(relyingParty, form({ client_id: "rp", state: "beside", request }))
      const told = yield* toldBy({ request_uri })
      expect(told).toMatchObject({ at: redirectUri, error: "login_required", iss: testProvider.issuer })
      expect(told).not.toHaveProperty("state")
      for (const [wrong, code] of [
        [{ request: signed({}, stolen) }, "invalid_request_object"],
        [{ request: signed({ client_id: "other" }) }, "invalid_request_object"],
        [{ request: signed({ redirect_uri: undefined }) }, "invalid_request"],
        [{ request_uri: address }, "invalid_request"],
        [{ request: signed(), request_uri: address }, "invalid_request"]
      ] as const) {
        const refused = yield* Effect.flip(pushRequest(relyingParty, form({ client_id: "rp", ...wrong })))
        expect(refused).toMatchObject({ code })
      }
    })
  )
)

it.effect("RFC 9126 §6: a client that has to push is not answered from an object, and nothing is read for it", () =>
  inWorld(
    Effect.gen(function* () {
      const pushes = { require_pushed_authorization_requests: true }
      yield* withClient({ jwks: { keys: [key] }, request_uris: [address], ...pushes })
      for (const query of [{ request: signed() }, { request_uri: address }]) {
        const told = yield* toldBy({ ...beside, ...query })
        expect(told).toMatchObject({ error: "invalid_request", state: "beside" })
      }
      expect(yield* toldBy({ request: signed() })).toMatchObject({ _tag: "Unanswerable", error: "invalid_request" })
    })
  )
)

it.effect("asks is a request without an object, and stays as it was", () =>
  inWorld(
    Effect.gen(function* () {
      yield* withClient({})
      expect(yield* authorize(asks(), browserOf("b"))).toMatchObject({ _tag: "Login" })
    })
  )
)
