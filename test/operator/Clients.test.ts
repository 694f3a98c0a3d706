/** What an operator does with clients: registering, changing, deleting; secrets that are shown once. RFC 7591. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { TestClock } from "effect/testing"
import { defaultMetadata } from "../../src/domain/ClientMetadata.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { authenticateClient } from "../../src/services/flows/client/AuthenticateClient.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import { listClients, showClient } from "../../src/services/flows/operator/ShowClient.ts"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { auditTypes, beforeFirst, failureOf, World } from "./World.ts"

const redirect_uris = ["https://rp.example/cb"]
const confidential = { id: "rp", metadata: { client_name: "Relying Party", redirect_uris } }
const open = { id: "app", metadata: { redirect_uris, token_endpoint_auth_method: "none" } }

const authenticates = (clientId: string, secret: Redacted.Redacted | null) =>
  authenticateClient({
    method: "client_secret_basic",
    clientId,
    secret: secret ?? Redacted.make("")
  }).pipe(
    Effect.as(true),
    Effect.catchTag("InvalidClient", () => Effect.succeed(false))
  )

describe("RegisterClient", () => {
  it.effect("draws an id of 128 bits and a secret of 256, stores its digest, and shows it this once", () =>
    Effect.gen(function* () {
      const { client, secret } = yield* registerClient({ metadata: { redirect_uris } })
      expect(client.id).toMatch(/^[A-Za-z0-9_-]{22}$/)
      expect(Redacted.value(secret!)).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(yield* authenticates(client.id, secret)).toBe(true)
      expect(yield* authenticates(client.id, Redacted.make("another"))).toBe(false)
      expect(yield* showClient(client.id)).toEqual(client)
      const db = yield* MemoryDatabase
      const everything = JSON.stringify([[...db.clients], [...db.auditLog], client, yield* listClients({})])
      expect(everything).not.toContain(Redacted.value(secret!))
      const { digest } = db.clients.get(client.id)!.secrets[0]!
      expect(JSON.stringify([client, yield* showClient(client.id), yield* listClients({})])).not.toContain(digest)
      // One secret was tried that is none.
      expect(yield* auditTypes).toEqual(["client.created", "client.refused"])
    }).pipe(Effect.provide(World))
  )

  it.effect("is what RFC 7591 §2 says unless told otherwise", () =>
    Effect.gen(function* () {
      const { client } = yield* registerClient(confidential)
      expect(client).toMatchObject({
        id: "rp",
        version: 1,
        secrets: 1,
        metadata: { ...defaultMetadata, ...confidential.metadata }
      })
    }).pipe(Effect.provide(World))
  )

  it.effect("takes a secret that is given, and does not show it", () =>
    Effect.gen(function* () {
      const given = Redacted.make("a secret of my own")
      expect((yield* registerClient({ ...confidential, secret: given })).secret).toBe(null)
      expect(yield* authenticates("rp", given)).toBe(true)
    }).pipe(Effect.provide(World))
  )

  it.effect("gives a public client no secret, and takes none for it", () =>
    Effect.gen(function* () {
      const { client, secret } = yield* registerClient(open)
      expect([client.secrets, secret]).toEqual([0, null])
      const error = yield* failureOf(registerClient({ ...open, id: "b", secret: Redacted.make("x".repeat(32)) }))
      expect(error).toMatchObject({ _tag: "InvalidField", field: "client_secret" })
    }).pipe(Effect.provide(World))
  )

  it.effect("RFC 9700 §4.15: no client is called like a user, for whom a resource server might take its tokens", () =>
    Effect.gen(function* () {
      const error = yield* failureOf(registerClient({ ...confidential, id: `1-0.${"u".repeat(22)}` }))
      expect(error).toMatchObject({ _tag: "InvalidField", field: "client_id" })
      expect(yield* auditTypes).toEqual([])
    }).pipe(Effect.provide(World))
  )

  it.effect("refuses an id that is taken and changes nothing", () =>
    Effect.gen(function* () {
      const first = yield* registerClient(confidential)
      const error = yield* failureOf(registerClient({ ...confidential, metadata: { redirect_uris, client_name: "x" } }))
      expect(error).toMatchObject({ _tag: "ClientIdTaken", message: "There is a client rp already." })
      expect(yield* showClient("rp")).toEqual(first.client)
    }).pipe(Effect.provide(World))
  )

  const refused: ReadonlyArray<readonly [Record<string, unknown>, string]> = [
    [{}, "redirect_uris"],
    [{ redirect_uris: "https://rp.example/cb" }, "redirect_uris"],
    [{ redirect_uris: ["javascript:alert(1)"] }, "redirect_uris[0]"],
    [{ redirect_uris: [...redirect_uris, "data:text/html,x"] }, "redirect_uris[1]"],
    [{ redirect_uris: ["https://rp.example/cb#x"] }, "redirect_uris[0]"],
    [{ redirect_uris: ["http://rp.example/cb"] }, "redirect_uris[0]"],
    [{ redirect_uris: ["/cb"] }, "redirect_uris[0]"],
    [{ redirect_uris, post_logout_redirect_uris: ["javascript:alert(1)"] }, "post_logout_redirect_uris[0]"],
    [{ redirect_uris, client_uri: "javascript:alert(1)" }, "client_uri"],
    [{ redirect_uris, logo_uri: "data:image/png;base64,AA==" }, "logo_uri"],
    [{ redirect_uris, client_name: "x".repeat(201) }, "client_name"],
    [{ redirect_uris, grant_types: ["password"] }, "grant_types[0]"],
    [{ redirect_uris, grant_types: ["refresh_token"] }, "grant_types"],
    [{ redirect_uris, response_types: ["token"] }, "response_types[0]"],
    [{ redirect_uris, response_types: [] }, "response_types"],
    [{ redirect_uris, scopes: ["openid", "two words"] }, "scopes"],
    [{ redirect_uris, scopes: [] }, "scopes"],
    [{ redirect_uris, token_endpoint_auth_method: "private_key_jwt" }, "token_endpoint_auth_method"],
    [{ redirect_uris, id_token_signed_response_alg: "none" }, "id_token_signed_response_alg"],
    [{ redirect_uris, default_max_age: -1 }, "default_max_age"],
    [{ redirect_uris, require_pkce: "yes" }, "require_pkce"],
    [{ redirect_uri: "https://rp.example/cb", redirect_uris }, "redirect_uri"]
  ]
  it.effect.each(refused)("refuses %j and names the field", ([metadata, field]) =>
    Effect.gen(function* () {
      const error = yield* failureOf(registerClient({ metadata }))
      expect(error).toMatchObject({ _tag: "InvalidField", field })
      expect(error.message.startsWith(`${field}: `)).toBe(true)
      expect(yield* auditTypes).toEqual([])
    }).pipe(Effect.provide(World))
  )

  it.effect.each(["", "é", "a\nb", "x".repeat(256)])("refuses the id %j", (id) =>
    Effect.gen(function* () {
      const error = yield* failureOf(registerClient({ ...confidential, id }))
      expect(error).toMatchObject({ _tag: "InvalidField", field: "client_id" })
    }).pipe(Effect.provide(World))
  )

  it.effect.each(["short", "é".repeat(16), "x".repeat(256)])("refuses the secret %j without repeating it", (secret) =>
    Effect.gen(function* () {
      const error = yield* failureOf(registerClient({ ...confidential, secret: Redacted.make(secret) }))
      expect(error).toMatchObject({ _tag: "InvalidField", field: "client_secret" })
      expect(error.message).not.toContain(secret)
    }).pipe(Effect.provide(World))
  )

  const Scheme = Schema.Literals(["javascript:", "JavaScript:", "data:", "vbscript:", "file:", "blob:", "about:"])
  it.effect.prop("a script is never registered, however it goes on", [Scheme, Schema.String], ([scheme, rest]) =>
    Effect.gen(function* () {
      const error = yield* failureOf(registerClient({ metadata: { redirect_uris: [scheme + rest] } }))
      expect(error).toMatchObject({ _tag: "InvalidField", field: "redirect_uris[0]" })
    }).pipe(Effect.provide(World))
  )
})

describe("UpdateClient", () => {
  it.effect("changes what is given, takes away what is null, and leaves the rest and the secret", () =>
    Effect.gen(function* () {
      const { client, secret } = yield* registerClient({
        ...confidential,
        metadata: { ...confidential.metadata, client_uri: "https://rp.example/" }
      })
      yield* TestClock.adjust(1000)
      const changed = yield* updateClient({ id: "rp", metadata: { client_name: "New", client_uri: null } })
      const { client_uri: _, ...rest } = client.metadata
      expect(changed).toEqual({
        client: { ...client, metadata: { ...rest, client_name: "New" }, version: 2, updatedAt: 1000 },
        secret: null
      })
      expect(yield* showClient("rp")).toEqual(changed.client)
      expect(yield* authenticates("rp", secret)).toBe(true)
      expect(yield* auditTypes).toEqual(["client.created", "client.updated"])
    }).pipe(Effect.provide(World))
  )

  it.effect("replaces the secret at once, or lets the old one work beside the new", () =>
    Effect.gen(function* () {
      const first = (yield* registerClient(confidential)).secret
      const second = (yield* updateClient({ id: "rp", newSecret: "add" })).secret
      const working = (secrets: ReadonlyArray<Redacted.Redacted | null>) =>
        Effect.forEach(secrets, (secret) => authenticates("rp", secret))
      expect(yield* working([first, second])).toEqual([true, true])
      const third = (yield* updateClient({ id: "rp", newSecret: "add" })).secret
      expect(yield* working([first, second, third])).toEqual([false, true, true])
      const fourth = (yield* updateClient({ id: "rp", newSecret: "replace" })).secret
      expect(yield* working([first, second, third, fourth])).toEqual([false, false, false, true])
      const given = Redacted.make("a secret of my own")
      expect((yield* updateClient({ id: "rp", secret: given })).secret).toBe(null)
      expect(yield* working([fourth, given])).toEqual([false, true])
    }).pipe(Effect.provide(World))
  )

  it.effect("a client that becomes public loses its secrets; one that becomes confidential gets one", () =>
    Effect.gen(function* () {
      const { secret } = yield* registerClient(confidential)
      const opened = yield* updateClient({ id: "rp", metadata: { token_endpoint_auth_method: "none" } })
      expect([opened.client.secrets, opened.secret]).toEqual([0, null])
      const closed = yield* updateClient({ id: "rp", metadata: { token_endpoint_auth_method: "client_secret_basic" } })
      expect(closed.client.secrets).toBe(1)
      expect(yield* authenticates("rp", closed.secret)).toBe(true)
      expect(yield* authenticates("rp", secret)).toBe(false)
    }).pipe(Effect.provide(World))
  )

  it.effect("a public client gets no secret, and nothing is changed by what is refused", () =>
    Effect.gen(function* () {
      const { client } = yield* registerClient(open)
      for (const change of [{ newSecret: "replace" as const }, { metadata: { redirect_uris: ["javascript:1"] } }]) {
        expect((yield* failureOf(updateClient({ id: "app", ...change })))._tag).toBe("InvalidField")
      }
      expect(yield* showClient("app")).toEqual(client)
    }).pipe(Effect.provide(World))
  )

  it.effect("of two changes at once the later hears that it saw an old client", () =>
    Effect.gen(function* () {
      yield* registerClient(confidential)
      const context = yield* Effect.context<Effect.Services<ReturnType<typeof updateClient>>>()
      const other = updateClient({ id: "rp", metadata: { client_name: "theirs" } })
      const ours = updateClient({ id: "rp", metadata: { client_name: "ours" } }).pipe(
        beforeFirst("Client.update", Effect.provideContext(other, context))
      )
      expect((yield* failureOf(ours))._tag).toBe("ClientConflict")
      expect((yield* showClient("rp")).metadata.client_name).toBe("theirs")
    }).pipe(Effect.provide(World))
  )
})

describe("DeleteClient and ListClients", () => {
  it.effect("a deleted client cannot authenticate any more", () =>
    Effect.gen(function* () {
      const { secret } = yield* registerClient(confidential)
      expect(yield* deleteClient("rp")).toEqual({ id: "rp" })
      expect(yield* authenticates("rp", secret)).toBe(false)
      expect(yield* auditTypes).toEqual(["client.created", "client.deleted", "client.refused"])
    }).pipe(Effect.provide(World))
  )

  it.effect("there is no client nobody", () =>
    Effect.gen(function* () {
      const errors = [
        yield* failureOf(deleteClient("nobody")),
        yield* failureOf(showClient("nobody")),
        yield* failureOf(updateClient({ id: "nobody" }))
      ]
      for (const error of errors) {
        expect(error).toMatchObject({ _tag: "ClientNotFound", message: "There is no client nobody." })
      }
    }).pipe(Effect.provide(World))
  )

  it.effect("lists clients in the order of their ids, page by page", () =>
    Effect.gen(function* () {
      for (const id of ["c", "a", "e", "b", "d"]) yield* registerClient({ ...confidential, id })
      const first = yield* listClients({ limit: 3 })
      const second = yield* listClients({ limit: 3, after: first.next ?? "" })
      expect([first, second].map(({ clients }) => clients.map(({ id }) => id).join(""))).toEqual(["abc", "de"])
      expect(second.next).toBe(null)
    }).pipe(Effect.provide(World))
  )
})
