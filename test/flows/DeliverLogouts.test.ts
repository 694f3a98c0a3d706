/** What the queue brings to clients when a session has ended. OIDC Back-Channel Logout 1.0 §2.4 to §2.8. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { decodeJwt, decodeProtectedHeader } from "jose"
import { logoutEvent } from "../../src/domain/Logout.ts"
import { MemoryWorld } from "../../src/layers/test/Memory.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { RemoteServers } from "../../src/layers/test/RemoteFetchMemory.ts"
import { deliverOutbox, type QueueMessage } from "../../src/services/flows/DeliverOutbox.ts"
import { verify } from "../../src/services/flows/keys/Keys.ts"
import { RemoteFetch } from "../../src/services/ports/RemoteFetch.ts"
import { AuthorizationCodes } from "../../src/services/storage/AuthorizationCodes.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"
import { Sessions } from "../../src/services/storage/Sessions.ts"
import { consentTo, freshIssuance, keyOf, signedIn } from "../../src/services/storage/World.laws.ts"
import { makeClient } from "../workerd/Fixtures.ts"
import { provider, World } from "./World.ts"

const uriOf = (id: string) => `https://${id}.example/logout`

/** Clients of one session, all of which ask for a request when it ends. */
const signedInAt = Effect.fnUntraced(function* (...ids: ReadonlyArray<string>) {
  const scene = yield* signedIn
  for (const id of ids) {
    yield* makeClient(id, "secret", { redirect_uris: [], backchannel_logout_uri: uriOf(id) })
    const logoutChannels = { front: false, back: true }
    const issuance = yield* freshIssuance(scene.session, { clientId: id as never, logoutChannels })
    yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  }
  return scene
})

/** What the homes have said so far, through JSON as a queue sends it. */
const messages = MemoryWorld.use(({ accounts }) =>
  Effect.sync(() =>
    accounts
      .takeOutboxes()
      .map((body, n): QueueMessage => ({ id: `m${n}`, attempts: 1, body: JSON.parse(JSON.stringify(body)) }))
  )
)

const tagOf = ({ body }: QueueMessage) => (body as { readonly _tag: string })._tag

/** The messages of a session of these clients that has ended. */
const ended = Effect.fnUntraced(function* (...ids: ReadonlyArray<string>) {
  const scene = yield* signedInAt(...ids)
  yield* messages
  yield* Sessions.end(keyOf(scene.session))
  const batch = yield* messages
  return { ...scene, batch, logouts: batch.filter((message) => tagOf(message) === "logout") }
})

const takes = (...ids: ReadonlyArray<string>) =>
  RemoteServers.use(({ takers }) => Effect.sync(() => ids.forEach((id) => takers.add(uriOf(id)))))

const posted = RemoteServers.use((servers) => Effect.sync(() => [...servers.posted]))

const tokenOf = ({ form }: { readonly form: Readonly<Record<string, string>> }) => form["logout_token"] ?? ""

/** What was posted to a client last. */
const lastTo = (id: string) =>
  Effect.map(posted, (all) => decodeJwt(tokenOf(all.findLast(({ uri }) => uri === uriOf(id))!)))

const events = MemoryDatabase.use(({ auditLog }) => Effect.sync(() => [...auditLog.values()].map(({ type }) => type)))

/** Servers of which one, "slow", answers only when `gate` opens; what the others took, they say by `arrived`. */
const withSlow = Effect.gen(function* () {
  const gate = yield* Deferred.make<void>()
  const arrived = yield* Deferred.make<void>()
  const fetch = yield* RemoteFetch
  const post = (uri: string, form: Readonly<Record<string, string>>) =>
    uri === uriOf("slow")
      ? Effect.andThen(Deferred.await(gate), fetch.post(uri, form))
      : Effect.andThen(fetch.post(uri, form), Deferred.succeed(arrived, undefined))
  return { gate, arrived, servers: RemoteFetch.of({ ...fetch, post: (uri, form) => Effect.asVoid(post(uri, form)) }) }
})

describe("§2.4: the logout token", () => {
  it.effect("says who was signed out of which session, and nothing that an ID token says", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 hour")
      const { batch, session, user } = yield* ended("rp")
      yield* takes("rp")
      expect(yield* deliverOutbox(batch)).toEqual({ again: [] })
      const all = yield* posted
      expect(all).toEqual([{ uri: uriOf("rp"), form: { logout_token: expect.any(String) } }])
      const token = tokenOf(all[0]!)
      expect(decodeProtectedHeader(token)).toMatchObject({ typ: "logout+jwt", alg: "RS256" })
      const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
      expect(decodeJwt(token)).toEqual({
        iss: provider.issuer,
        aud: "rp",
        sub: user.id,
        sid: session.sid,
        iat: now,
        exp: now + 120,
        jti: expect.stringMatching(/./),
        events: { [logoutEvent]: {} }
      })
      expect(yield* verify(token)).toMatchObject({ _tag: "Some" })
    }).pipe(Effect.provide(World))
  )

  it.effect("is signed as the client's ID tokens are", () =>
    Effect.gen(function* () {
      const { session } = yield* signedIn
      const metadata = { redirect_uris: [], backchannel_logout_uri: uriOf("rp"), id_token_signed_response_alg: "ES256" }
      yield* makeClient("rp", "secret", metadata)
      const logoutChannels = { front: false, back: true }
      const issuance = yield* freshIssuance(session, { clientId: "rp" as never, logoutChannels })
      yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
      yield* Sessions.end(keyOf(session))
      yield* takes("rp")
      yield* deliverOutbox(yield* messages)
      expect(decodeProtectedHeader(tokenOf((yield* posted)[0]!))).toMatchObject({ alg: "ES256" })
    }).pipe(Effect.provide(World))
  )

  it.effect("tells each client of a session under an id of its own", () =>
    Effect.gen(function* () {
      const { batch } = yield* ended("one", "two")
      yield* takes("one", "two")
      yield* deliverOutbox(batch)
      const tokens = (yield* posted).map((one) => decodeJwt(tokenOf(one)))
      expect(tokens.map(({ aud }) => aud).toSorted()).toEqual(["one", "two"])
      expect(new Set(tokens.map(({ jti }) => jti)).size).toBe(2)
    }).pipe(Effect.provide(World))
  )
})

describe("§2.5: a client that does not take it is told again, and nobody waits for it", () => {
  it.effect("it comes again later and later, with the same jti, and newly signed", () =>
    Effect.gen(function* () {
      const { logouts } = yield* ended("rp")
      const [first] = logouts
      for (const [index, delaySeconds] of [2, 30, 300, 1800, 7200, 7200].entries()) {
        const again = yield* deliverOutbox([{ ...first!, attempts: index + 1 }])
        expect(again).toEqual({ again: [{ id: first!.id, delaySeconds }] })
      }
      yield* takes("rp")
      expect(yield* deliverOutbox(logouts)).toEqual({ again: [] })
      const before = yield* lastTo("rp")
      yield* TestClock.adjust("2 hours")
      yield* deliverOutbox(logouts)
      const after = yield* lastTo("rp")
      expect([after.jti, after.iat! - before.iat!]).toEqual([before.jti, 7200])
    }).pipe(Effect.provide(World))
  )

  it.effect("of a batch only the logouts that failed come again; the audit is in the log", () =>
    Effect.gen(function* () {
      const { batch, logouts } = yield* ended("gone", "there")
      yield* takes("there")
      const { again } = yield* deliverOutbox(batch)
      const failed = logouts.filter(({ body }) => JSON.stringify(body).includes('"clientId":"gone"'))
      expect(again).toEqual(failed.map(({ id }) => ({ id, delaySeconds: 2 })))
      expect(yield* events).toContain("session.ended")
      expect((yield* posted).map(({ uri }) => uri)).toEqual([uriOf("there")])
    }).pipe(Effect.provide(World))
  )

  it.effect("a slow client holds up no other, and the log is written before anybody is asked", () =>
    Effect.gen(function* () {
      const { batch } = yield* ended("slow", "quick")
      yield* takes("slow", "quick")
      const { arrived, gate, servers } = yield* withSlow
      const delivery = yield* Effect.forkChild(Effect.provideService(deliverOutbox(batch), RemoteFetch, servers))
      yield* Deferred.await(arrived)
      expect((yield* posted).map(({ uri }) => uri)).toEqual([uriOf("quick")])
      expect(yield* events).toContain("session.ended")
      yield* Deferred.succeed(gate, undefined)
      expect(yield* Fiber.join(delivery)).toEqual({ again: [] })
      expect((yield* posted).map(({ uri }) => uri)).toEqual([uriOf("quick"), uriOf("slow")])
    }).pipe(Effect.provide(World))
  )

  it.effect("while nobody knows who the clients are, the audit is delivered, and all logouts come again", () =>
    Effect.gen(function* () {
      const { batch, logouts } = yield* ended("one", "two")
      yield* takes("one", "two")
      const delivery = yield* Effect.forkChild(
        deliverOutbox(batch).pipe(
          Effect.provideService(Around, <A, E, R>(call: { readonly operation: string }, run: Effect.Effect<A, E, R>) =>
            call.operation === "Client.findAll"
              ? Effect.fail(new NotExecuted({ operation: call.operation, reason: "unavailable", detail: "" }) as E)
              : run
          )
        )
      )
      yield* TestClock.adjust("1 minute")
      expect(yield* events).toContain("session.ended")
      expect(yield* posted).toEqual([])
      const again = logouts.map(({ id }) => ({ id, delaySeconds: 2 }))
      expect(yield* Fiber.join(delivery)).toEqual({ again })
    }).pipe(Effect.provide(World))
  )
})

describe("whom there is nothing to tell", () => {
  it.effect("a client that does not ask for requests any more, and one that is gone, cost nothing", () =>
    Effect.gen(function* () {
      const { batch } = yield* ended("rp")
      yield* MemoryDatabase.use(({ clients }) => Effect.sync(() => clients.delete("rp")))
      expect(yield* deliverOutbox(batch)).toEqual({ again: [] })
      yield* makeClient("rp", "secret", { redirect_uris: [] })
      expect(yield* deliverOutbox(batch)).toEqual({ again: [] })
      expect(yield* posted).toEqual([])
    }).pipe(Effect.provide(World))
  )
})
