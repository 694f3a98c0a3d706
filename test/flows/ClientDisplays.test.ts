/** What pages show of clients when KV is down, or says what nobody can read. docs/decisions/0031-client-cache.md. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import { ClientId } from "../../src/domain/Ids.ts"
import { type Copies, ClientDisplaysKv, KvClients } from "../../src/layers/objects/ClientDisplays.ts"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { showClient } from "../../src/services/flows/operator/ShowClient.ts"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { beginLogout, viewLogout } from "../../src/services/flows/Logout.ts"
import { Clients, displayLifetime } from "../../src/services/storage/Clients.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { NotExecuted, OutcomeUnknown } from "../../src/services/storage/StorageError.ts"
import { TestClock } from "effect/testing"
import { form, registered, withOnlineTokens } from "../simulation/Scene.ts"

const rp = ClientId.make("rp")

const down: Copies = {
  get: () => Effect.fail(new NotExecuted({ operation: "Client.display", reason: "overloaded", detail: "down" })),
  put: () => Effect.fail(new OutcomeUnknown({ operation: "Client.display", detail: "down" })),
  delete: () =>
    Effect.fail(new NotExecuted({ operation: "Client.forgetDisplay", reason: "overloaded", detail: "down" }))
}

/** Copies that can be looked at. */
const kept = (texts: Map<string, string>): Copies => ({
  get: (ids) => Effect.sync(() => new Map(ids.flatMap((id) => (texts.has(id) ? [[id, texts.get(id)!] as const] : [])))),
  put: (id, text) => Effect.sync(() => void texts.set(id, text)),
  delete: (id) => Effect.sync(() => void texts.delete(id))
})

const withCopies = (copies: Copies) =>
  Layer.merge(
    MemoryProvider,
    Layer.fresh(ClientDisplaysKv).pipe(Layer.provide(Layer.succeed(KvClients, copies)), Layer.provide(MemoryProvider))
  )

const nameShown = Effect.map(Clients.display([rp]), ([client]) => client?.client_name)

describe("platform-model.md: no login step may need a cold KV read", () => {
  it.effect("KV that is down: D1 says what a page shows, and a copy that cannot be kept is nobody's trouble", () =>
    Effect.gen(function* () {
      yield* registered("rp", { client_name: "Shop" })
      expect(yield* nameShown).toBe("Shop")
    }).pipe(Effect.provide(withCopies(down)))
  )

  it.effect.each(["{}", "no JSON", '{"display":{"id":"rp","client_name":7},"until":9e15}', '{"until":9e15}'])(
    "a copy that this version cannot read is as good as none: %s",
    (text) => {
      const texts = new Map([["rp", text]])
      return Effect.gen(function* () {
        yield* registered("rp", { client_name: "Shop" })
        expect(yield* nameShown).toBe("Shop")
        // It was replaced by one that can be read.
        expect(texts.get("rp")).toContain("Shop")
      }).pipe(Effect.provide(withCopies(kept(texts))))
    }
  )

  it.effect("the question whether to sign out is asked without the client's name, if nobody can say it", () =>
    Effect.gen(function* () {
      const { browser } = yield* withOnlineTokens
      const begun = yield* beginLogout(form({ client_id: "rp" }), browser)
      const sealed = begun._tag === "Confirm" ? begun.sealed : ""
      expect((yield* viewLogout(sealed, browser)).clientName).toBe("rp")
      const silent = yield* viewLogout(sealed, browser).pipe(
        Effect.provideService(Around, (call, run) =>
          call.operation === "Client.display"
            ? Effect.fail(new NotExecuted({ operation: call.operation, reason: "overloaded", detail: "" }) as never)
            : run
        )
      )
      expect([silent.clientName, silent.userName === ""]).toEqual([undefined, false])
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("the issue: delete first, then write; what decides security does not wait for KV", () => {
  it.effect("while KV cannot delete, a change that pages show is refused, and D1 is as it was", () =>
    Effect.gen(function* () {
      yield* registered("rp", { client_name: "Before" })
      const refused = yield* Effect.exit(updateClient({ id: "rp", metadata: { client_name: "After" } }))
      expect(Exit.isFailure(refused)).toBe(true)
      const { metadata, version } = yield* showClient("rp")
      expect([metadata.client_name, version]).toEqual(["Before", 1])
    }).pipe(Effect.provide(withCopies(down)))
  )

  it.effect("meanwhile a redirect URI is withdrawn, a secret is replaced, and a client is deleted", () =>
    Effect.gen(function* () {
      yield* registered("rp", { client_name: "Shop" })
      const redirect_uris = ["https://rp.example/new"]
      const { client } = yield* updateClient({ id: "rp", metadata: { redirect_uris }, newSecret: "replace" })
      expect([client.metadata.redirect_uris, client.version]).toEqual([redirect_uris, 2])
      yield* deleteClient("rp")
      expect(yield* Clients.find(rp)).toBe(null)
    }).pipe(Effect.provide(withCopies(down)))
  )

  it.effect("a copy that is left all the same is not shown for longer than an hour", () => {
    const texts = new Map<string, string>()
    return Effect.gen(function* () {
      yield* registered("rp", { client_name: "Before" })
      yield* nameShown
      const left = texts.get("rp") ?? ""
      yield* updateClient({ id: "rp", metadata: { client_name: "After" } })
      texts.set("rp", left)
      yield* TestClock.adjust(displayLifetime - 1)
      expect(yield* nameShown).toBe("Before")
      yield* TestClock.adjust(1)
      expect(yield* nameShown).toBe("After")
    }).pipe(Effect.provide(withCopies(kept(texts))))
  })
})
