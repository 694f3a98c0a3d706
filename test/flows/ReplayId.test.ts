/** A `jti` is good once, for whom it was made, and stays at its place when shards are added. RFC 9449 §11.1. */
import { Clock, Effect, Layer } from "effect"
import { expect, it } from "@effect/vitest"
import { TicketRefused } from "../../src/domain/Ticket.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { replayId, useOnce } from "../../src/services/flows/ReplayId.ts"
import { provider, World } from "./World.ts"

const used = (changes: Partial<Parameters<typeof useOnce>[0]> = {}) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    useOnce({ kind: "dpop_jti", owner: "a key", jti: "a jti", expiresAt: now + 60_000, ...changes })
  )

it.effect("RFC 9449 §11.1: a jti is used once; another key's, kind's or jti is another's", () =>
  Effect.gen(function* () {
    yield* used()
    const refused = yield* Effect.flip(used())
    expect(refused).toEqual(new TicketRefused({ reason: "spent" }))
    yield* used({ owner: "another key" })
    yield* used({ jti: "another jti" })
    yield* used({ kind: "assertion_jti" })
    // Whoever may choose its name, or its jti, must not thereby use up what is another's.
    yield* used({ owner: "a ke", jti: "ya jti" })
  }).pipe(Effect.provide(World))
)

it.effect("what comes when its time is over is refused, though it was never used", () =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    expect(yield* Effect.flip(used({ expiresAt: now }))).toEqual(new TicketRefused({ reason: "expired" }))
  }).pipe(Effect.provide(World))
)

const placed = (ticketGenerations: Provider["ticketGenerations"]) =>
  Effect.forEach(
    Array.from({ length: 40 }, (_, index) => `key ${index}`),
    (owner) => replayId("dpop_jti", owner, "a jti")
  ).pipe(
    Effect.provide(Layer.merge(World, Layer.succeed(ProviderConfig, new Provider({ ...provider, ticketGenerations }))))
  )

it.effect("a deploy that adds a generation leaves it where it is; keys are spread over the shards", () =>
  Effect.gen(function* () {
    const before = yield* placed([4])
    expect(yield* placed([4, 64])).toEqual(before)
    expect(new Set(before.map((id) => id.split(".")[0]))).toEqual(new Set(["1-0", "1-1", "1-2", "1-3"]))
    expect(new Set(before).size).toBe(40)
  })
)
