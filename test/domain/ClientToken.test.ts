/** Tokens of clients themselves: what they may be for, and whose they are. RFC 6749 §4.4, RFC 9068 §2.2. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { AccessTarget, provider } from "../../src/domain/AccessTarget.ts"
import { Client, isHolder } from "../../src/domain/Client.ts"
import { defaultMetadata } from "../../src/domain/ClientMetadata.ts"
import { clientToken, scopesFor } from "../../src/domain/ClientToken.ts"
import { ClientId, ClientTokenId, Jkt } from "../../src/domain/Ids.ts"
import { supported } from "../../src/domain/Scope.ts"

const own = ["read", "write", "admin"]

const client = new Client({
  id: ClientId.make("machine"),
  metadata: { ...defaultMetadata, grant_types: ["client_credentials"], scopes: [...supported, ...own] },
  secrets: [],
  version: 1,
  createdAt: 1_000_000,
  updatedAt: 1_000_000
})

const api = new AccessTarget({ audience: "https://api.example", scopes: ["read", "write"], format: "jwt", lifetime: 9 })
const issuer = "https://id.example"

describe("RFC 6749 §4.4.2: the scopes of a client's own token", () => {
  it("are all that the client is registered for, if it does not say", () => {
    expect(scopesFor(client, null, null)).toEqual(Result.succeed(own))
  })

  it("are those that mean something at the resource server it names", () => {
    expect(scopesFor(client, null, api)).toEqual(Result.succeed(["read", "write"]))
    expect(scopesFor(client, ["admin"], api)).toEqual(Result.fail("scope"))
  })

  it("are none at a resource server where the client may do nothing, which is no audience for it", () => {
    const foreign = new AccessTarget({ ...api, scopes: ["else"] })
    expect(scopesFor(client, null, foreign)).toEqual(Result.fail("resource"))
    expect(scopesFor(client, ["read"], foreign)).toEqual(Result.fail("resource"))
    expect(scopesFor(client, null, new AccessTarget({ ...api, scopes: [] }))).toEqual(Result.succeed([]))
  })

  it("are never this provider's own: those are about a user", () => {
    for (const scope of supported) expect(scopesFor(client, ["read", scope], null)).toEqual(Result.fail("scope"))
  })

  it.effect.prop(
    "RFC 6749 §5.2: are exactly what was asked for, or refused",
    [Schema.Array(Schema.Literals(["read", "write", "admin", "other", "openid"])), Schema.Boolean],
    ([asked, named]) =>
      Effect.sync(() => {
        const target = named ? api : null
        const may = asked.every((scope) => own.includes(scope) && (target?.scopes.includes(scope) ?? true))
        expect(scopesFor(client, asked, target)).toEqual(may ? Result.succeed(asked) : Result.fail("scope"))
      })
  )
})

const jti = ClientTokenId.make("1-0.AAAAAAAAAAAAAAAAAAAAAA")
const options = { issuer, jti, scopes: ["read"], jkt: undefined, now: 5_000_999 }

describe("RFC 9068 §2.2: the claims of a client's own token", () => {
  it("name the client as subject, and no user, no login", () => {
    const target = new AccessTarget({ ...api, lifetime: 60_000 })
    expect({ ...clientToken(client, { ...options, target }) }).toEqual({
      iss: issuer,
      sub: "machine",
      aud: "https://api.example",
      client_id: "machine",
      scope: "read",
      jti,
      iat: 5000,
      exp: 5060
    })
  })

  it("RFC 6749 §3.3: have no scope rather than an empty one", () => {
    expect(clientToken(client, { ...options, scopes: [], target: provider(issuer, 60_000) })).not.toHaveProperty(
      "scope"
    )
  })

  it("RFC 9449 §6.1: bind the token to the key that was proved", () => {
    const jkt = Jkt.make("k".repeat(43))
    expect(clientToken(client, { ...options, jkt, target: api }).cnf).toEqual({ jkt })
  })
})

describe("whose a token is", () => {
  const issued = (iat: number) => isHolder(client, { client_id: client.id, iat })

  it("its client's, as soon as the client is registered", () => {
    expect(issued(1000)).toBe(true)
    // By a clock that is behind.
    expect(issued(995)).toBe(true)
  })

  it("not that of a client which got the same id later", () => {
    expect(issued(990)).toBe(false)
  })

  it("nobody else's", () => {
    expect(isHolder(client, { client_id: ClientId.make("other"), iat: 1000 })).toBe(false)
  })
})
