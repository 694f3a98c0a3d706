/**
 * Somebody else's project: it has the package and `effect`, and no source of either.
 *
 * `Testing.test.ts` copies this file into one, checks its types there and runs it with plain Node.
 */
import { Effect, Exit, Layer } from "effect"
import { AttemptId } from "hapax/domain/Ids"
import { fromSearchParams } from "hapax/domain/Parameters"
import { TicketRefused } from "hapax/domain/Ticket"
import { token } from "hapax/flows/Token"
import * as hapax from "hapax/testing"
import type { World } from "hapax/testing"

const Store = hapax.storage.strong("Consumer.Store")<{
  readonly world: World
  readonly spentBy: hapax.Cells<string>
}>()

const store = Layer.effect(
  Store,
  hapax.TestWorld.use((world) => Effect.succeed({ world, spentBy: new hapax.Cells<string>(world, "store") }))
)

/** Looks, then marks. */
const Tickets = hapax
  .bind(hapax.Tickets, {
    spend: ({ attempt, id }) =>
      Store.use(({ spentBy, world }) =>
        Effect.gen(function* () {
          const call = <A>(operation: string, run: () => A) =>
            world.call({ place: "store", operation, execute: () => Exit.succeed(run()), befalls: [] })
          const before: string | undefined = yield* call("get", () => spentBy.get(id))
          if (before !== undefined) return yield* new TicketRefused({ reason: "spent" })
          yield* call("put", () => spentBy.set(id, attempt))
        })
      )
  })
  .pipe(Layer.provide(store))

// @ts-expect-error -- were the types not found, this would be `any` and fit
export const unfit: Layer.Layer<"tickets"> = Tickets

const spend = (attempt: string) =>
  hapax.act(
    "spend",
    hapax.Tickets.spend({
      kind: "login",
      id: `1-0.${"A".repeat(22)}`,
      expiresAt: Infinity,
      attempt: AttemptId.make(attempt)
    })
  )

const form = (scene: hapax.WithCode) =>
  fromSearchParams(
    new URLSearchParams({
      grant_type: "authorization_code",
      code: scene.code,
      redirect_uri: scene.redirectUri,
      code_verifier: scene.codeVerifier
    })
  )

const program = Effect.gen(function* () {
  const sound = yield* hapax.simulate({
    name: "two clients, one code",
    layer: hapax.MemoryProvider,
    setup: hapax.withCode,
    clients: (scene) => ({
      first: hapax.act("redeem", token(scene.relyingParty, form(scene))),
      second: hapax.act("redeem", token(scene.relyingParty, form(scene)))
    }),
    faults: ["lost reply"],
    oracles: [hapax.once({ thing: "code", of: () => "of the scene" })]
  })
  const broken = yield* Effect.flip(
    hapax.simulate({
      name: "two browsers, one ticket",
      layer: Layer.merge(hapax.MemoryProvider, Tickets.pipe(Layer.provideMerge(hapax.aWorld))),
      setup: Effect.void,
      clients: () => ({ alice: spend("a"), mallory: spend("m") }),
      oracles: [hapax.once({ thing: "ticket", of: () => "of the scene" })]
    })
  )
  return `sound in ${sound.schedules} schedules\n${broken._tag}\n${broken.message}`
})

console.log(Effect.runSync(program))
