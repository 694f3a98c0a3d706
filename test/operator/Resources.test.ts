/** What an operator does with resource servers: making one known, changing it, deleting it. RFC 8707. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { runCommand } from "../../src/operator/RunCommand.ts"
import { createResource } from "../../src/services/flows/operator/CreateResource.ts"
import { deleteResource } from "../../src/services/flows/operator/DeleteResource.ts"
import { listResources, showResource } from "../../src/services/flows/operator/ShowResource.ts"
import { updateResource } from "../../src/services/flows/operator/UpdateResource.ts"
import { makeClient } from "../workerd/Fixtures.ts"
import { auditTypes, beforeFirst, failureOf, World } from "./World.ts"

const id = "https://api.example/v1?tenant=a"
const asked = { id, metadata: { name: "API", scopes: ["read", "write"] } }

const messageOf = <A, E extends { readonly message: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(failureOf(effect), ({ message }) => message)

describe("CreateResource", () => {
  it.effect("RFC 8707 §2: makes an absolute URI an audience, of signed tokens unless told otherwise", () =>
    Effect.gen(function* () {
      const made = yield* createResource(asked)
      expect({ ...made }).toMatchObject({
        id,
        version: 1,
        metadata: { ...asked.metadata, token_format: "jwt", access_token_lifetime: 600 }
      })
      expect(yield* showResource(id)).toEqual(made)
      expect(yield* auditTypes).toEqual(["resource.created"])
      yield* createResource({ id: "urn:example:vault", metadata: { token_format: "opaque" } })
    }).pipe(Effect.provide(World))
  )

  it.effect("refuses what is no identifier of a resource server", () =>
    Effect.gen(function* () {
      const refused = [
        "",
        "api",
        "/api",
        "https://api.example/#part",
        "https://api.example/ü",
        "https://a b",
        "a:\u0000"
      ]
      for (const wrong of [...refused, `https://${"a".repeat(255)}`]) {
        expect(yield* messageOf(createResource({ ...asked, id: wrong }))).toMatch(/^resource: [a-z].*\.$/)
      }
      expect(yield* messageOf(createResource({ ...asked, id: "https://id.example" }))).toContain("provider itself")
      expect(yield* listResources({})).toEqual({ resources: [], next: null })
      expect(yield* auditTypes).toEqual([])
    }).pipe(Effect.provide(World))
  )

  it.effect.each([
    [{ scopes: ["read", "a b"] }, "scopes[1]: must be one scope token"],
    [{ scopes: ['"'] }, "scopes[0]: must be one scope token"],
    [{ scopes: [""] }, "scopes[0]: must be one scope token"],
    [{ scopes: ["openid"] }, "scopes[0]: must not be one of this provider's own"],
    [{ scopes: ["offline_access"] }, "scopes[0]: must not be one of this provider's own"],
    [{ token_format: "saml" }, "token_format: "],
    [{ access_token_lifetime: 0 }, "access_token_lifetime: "],
    [{ access_token_lifetime: 86_401 }, "access_token_lifetime: "],
    [{ nmae: "API" }, "nmae: is not a member"],
    [{ client_id: "nobody" }, "client_id: there is no such client"],
    [{ client_id: "app" }, "client_id: is a public client"]
  ] as const)("names the field at fault: %j", ([metadata, message]) =>
    Effect.gen(function* () {
      yield* makeClient("app", undefined, { token_endpoint_auth_method: "none" })
      expect(yield* messageOf(createResource({ id, metadata }))).toContain(message)
      expect((yield* listResources({})).resources).toEqual([])
    }).pipe(Effect.provide(World))
  )

  it.effect("refuses an identifier that is taken, and leaves what is there", () =>
    Effect.gen(function* () {
      const made = yield* createResource(asked)
      expect(yield* failureOf(createResource({ id, metadata: {} }))).toMatchObject({ _tag: "ResourceTaken" })
      expect(yield* showResource(id)).toEqual(made)
    }).pipe(Effect.provide(World))
  )
})

describe("UpdateResource", () => {
  it.effect("changes the members that are given, takes away those that are null, and leaves the others", () =>
    Effect.gen(function* () {
      yield* makeClient("api", "secret", {})
      yield* createResource(asked)
      yield* TestClock.adjust(5000)
      const metadata = { scopes: ["read"], token_format: "opaque", client_id: "api", name: null }
      const changed = yield* updateResource({ id, metadata })
      expect(changed.metadata).toEqual({
        scopes: ["read"],
        token_format: "opaque",
        access_token_lifetime: 600,
        client_id: "api"
      })
      expect([changed.version, changed.updatedAt - changed.createdAt]).toEqual([2, 5000])
      expect(yield* showResource(id)).toEqual(changed)
      expect(yield* auditTypes).toEqual(["client.created", "resource.created", "resource.updated"])
    }).pipe(Effect.provide(World))
  )

  it.effect("of two changes at once tells one that it came too late", () =>
    Effect.gen(function* () {
      yield* createResource(asked)
      const context = yield* Effect.context<Effect.Services<ReturnType<typeof updateResource>>>()
      const other = updateResource({ id, metadata: { name: "theirs" } })
      const ours = updateResource({ id, metadata: { name: "ours" } }).pipe(
        beforeFirst("ResourceServer.update", Effect.provideContext(other, context))
      )
      expect((yield* failureOf(ours))._tag).toBe("ResourceConflict")
      expect((yield* showResource(id)).version).toBe(2)
    }).pipe(Effect.provide(World))
  )

  it.effect("of none tells that there is none", () =>
    Effect.gen(function* () {
      expect(yield* messageOf(updateResource({ id, metadata: {} }))).toBe(`There is no resource server ${id}.`)
    }).pipe(Effect.provide(World))
  )
})

describe("DeleteResource", () => {
  it.effect("takes it away, once", () =>
    Effect.gen(function* () {
      yield* createResource(asked)
      expect(yield* deleteResource(id)).toEqual({ id })
      expect(yield* failureOf(deleteResource(id))).toMatchObject({ _tag: "ResourceNotFound" })
      expect(yield* failureOf(showResource(id))).toMatchObject({ _tag: "ResourceNotFound" })
      expect(yield* auditTypes).toEqual(["resource.created", "resource.deleted"])
    }).pipe(Effect.provide(World))
  )
})

describe("ListResources", () => {
  it.effect("a page at a time, in the order of the identifiers", () =>
    Effect.gen(function* () {
      for (const name of ["c", "a", "b"]) yield* createResource({ id: `https://${name}.example`, metadata: {} })
      const first = yield* listResources({ limit: 2 })
      expect(first.resources.map((one) => String(one.id))).toEqual(["https://a.example", "https://b.example"])
      const second = yield* listResources({ limit: 2, after: first.next ?? "" })
      expect(second.resources.map((one) => String(one.id))).toEqual(["https://c.example"])
      expect(second.next).toBe(null)
      expect(yield* failureOf(listResources({ limit: 0 }))).toMatchObject({ _tag: "InvalidField", field: "limit" })
    }).pipe(Effect.provide(World))
  )
})

describe("the operator's commands", () => {
  const ask = (command: string, input: unknown) =>
    Effect.map(runCommand(JSON.stringify({ command, input })), (answer) => JSON.parse(answer) as Record<string, any>)

  it.effect("make, change, list, show and delete a resource server", () =>
    Effect.gen(function* () {
      expect((yield* ask("resource.create", asked))["ok"]).toMatchObject({ id, version: 1 })
      expect((yield* ask("resource.update", { id, metadata: { name: "New" } }))["ok"]).toMatchObject({ version: 2 })
      expect((yield* ask("resource.list", {}))["ok"]["resources"]).toHaveLength(1)
      expect((yield* ask("resource.show", { id }))["ok"]["metadata"]["name"]).toBe("New")
      expect(yield* ask("resource.delete", { id })).toEqual({ ok: { id } })
      expect((yield* ask("resource.show", { id }))["error"]).toMatchObject({ tag: "ResourceNotFound" })
    }).pipe(Effect.provide(World))
  )
})
