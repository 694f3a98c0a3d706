/** What a request is for, of what there is, and what of it a token is for. RFC 8707 §2. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { type AccessTarget, choose, provider } from "../../src/domain/AccessTarget.ts"
import { targeted } from "../../src/domain/RequestTargets.ts"
import { ResourceId, ResourceMetadata, ResourceServer, targetOf } from "../../src/domain/ResourceServer.ts"
import { covers, isOwn } from "../../src/domain/Scope.ts"

const own = provider("https://id.example", 600_000)

const server = (id: string, scopes: ReadonlyArray<string>) =>
  new ResourceServer({
    id: ResourceId.make(id),
    metadata: { scopes, token_format: "opaque", access_token_lifetime: 60 },
    version: 1,
    createdAt: 0,
    updatedAt: 0
  })

const api = server("https://api.example", ["read", "write"])
const vault = server("https://vault.example", ["open", "read"])
const bare = server("urn:bare", [])
const servers = [api, vault, bare]
const names = [own.audience, ...servers.map(({ id }) => id), "https://unknown.example"]

const Names = Schema.Array(Schema.Literals(names))
const Scopes = Schema.Array(Schema.Literals(["openid", "offline_access", "read", "write", "open", "nothing"]))

describe("RFC 8707 §2: what is wanted, of what there is", () => {
  it("is what each resource server says now", () => {
    const found = targeted({ scopes: ["read"], resources: [api.id] }, [api], own)
    expect(Result.getOrThrow(found)).toEqual({ scopes: ["read"], targets: [targetOf(api)] })
    expect(targetOf(api)).toMatchObject({ audience: api.id, format: "opaque", lifetime: 60_000 })
  })

  it.effect.prop(
    "every resource is known or all is refused; a scope stays if it means something",
    [Names, Scopes],
    ([asked, scopes]) =>
      Effect.sync(() => {
        const resources = [...new Set(asked)]
        const found = targeted(
          { scopes, resources },
          servers.filter(({ id }) => resources.includes(id)),
          own
        )
        if (resources.includes("https://unknown.example")) {
          expect(Result.isFailure(found) && found.failure.error).toBe("invalid_target")
          return
        }
        const named = servers.filter(({ id }) => resources.includes(id))
        const meant = scopes.filter(
          (scope) => isOwn(scope) || named.some(({ metadata }) => metadata.scopes.includes(scope))
        )
        if (meant.length === 0) {
          expect(Result.isFailure(found) && found.failure.error).toBe("invalid_scope")
          return
        }
        const { scopes: given, targets } = Result.getOrThrow(found)
        expect(given).toEqual(meant)
        expect(targets.map(({ audience }) => audience)).toEqual(resources)
      })
  )

  it("a token that is given at once must be for one of them", () => {
    const wanted = { scopes: ["read"], resources: [api.id, vault.id], responseType: "code token" }
    expect(Result.isFailure(targeted(wanted, servers, own))).toBe(true)
    expect(Result.isSuccess(targeted({ ...wanted, responseType: "code id_token" }, servers, own))).toBe(true)
    expect(Result.isSuccess(targeted({ ...wanted, resources: [api.id] }, servers, own))).toBe(true)
    expect(Result.isSuccess(targeted({ ...wanted, scopes: ["openid"] }, servers, own))).toBe(true)
  })
})

describe("RFC 8707 §2.2: which of them a token is for", () => {
  const audienceOf = (chosen: Result.Result<AccessTarget | null, "resource">) =>
    Result.isFailure(chosen) ? chosen.failure : (chosen.success?.audience ?? "the provider")
  const both = [targetOf(api), targetOf(vault)]

  it.each([
    [[], undefined, ["openid"], "the provider"],
    [[], api.id, ["openid"], "resource"],
    [[targetOf(api)], undefined, ["openid", "read"], api.id],
    [both, undefined, ["openid"], "the provider"],
    [both, undefined, ["read"], "resource"],
    [both, vault.id, ["read"], vault.id],
    [both, `${vault.id}/`, ["openid"], "resource"],
    [[own, targetOf(api)], own.audience, ["openid"], own.audience]
  ] as const)("of %o, named %o: %#", (targets, named, scopes, expected) => {
    expect(audienceOf(choose(targets, named, scopes))).toBe(expected)
  })
})

describe("a resource server", () => {
  const isId = Schema.is(ResourceId)

  it("RFC 8707 §2: is named by an absolute URI without a fragment", () => {
    for (const id of ["https://api.example", "https://api.example/v1?a=b", "urn:example:api", "http://localhost:1"]) {
      expect([id, isId(id)]).toEqual([id, true])
    }
    for (const id of [
      "",
      "api",
      "//api.example",
      "/a",
      "https://a#",
      "https://a b",
      "https://é.example",
      "a".repeat(256)
    ]) {
      expect([id, isId(id)]).toEqual([id, false])
    }
  })

  it.effect.prop("gives no meaning to a scope of the provider's own", [Schema.String], ([scope]) =>
    Effect.sync(() => {
      const metadata = { scopes: [scope], token_format: "jwt", access_token_lifetime: 60 }
      const isOne = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(scope)
      expect(Schema.is(ResourceMetadata)(metadata)).toBe(isOne && !covers(own.scopes, [scope]))
    })
  )
})
