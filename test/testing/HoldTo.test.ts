/** Holding layers to laws: what keeps them passes, and each way of not keeping them is said in a sentence. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import {
  aWorld,
  bind,
  Cells,
  clientLaws,
  fake,
  holdTo,
  MemoryProvider,
  storage,
  TestWorld,
  ticketLaws,
  Tickets,
  userLaws
} from "hapax/testing"
import { TicketRefused } from "../../src/domain/Ticket.ts"

const Shelf = storage.strong("Test.Shelf")<{ readonly world: TestWorld["Service"]; readonly spentBy: Cells<string> }>()

/** Looks, then writes: two calls, between which others may come. */
const inTwoSteps = bind(Tickets, {
  spend: ({ attempt, expiresAt, id, kind }) =>
    Shelf.use(({ spentBy, world }) =>
      Effect.gen(function* () {
        const call = <A>(execute: (now: number) => A) =>
          world.call({
            place: "shelf",
            operation: "Ticket.spend",
            execute: (now) => Exit.succeed(execute(now)),
            befalls: []
          })
        const [before, isLate] = yield* call((now) => [spentBy.get(kind + id), now >= expiresAt] as const)
        if (before === attempt) return
        if (before !== undefined) return yield* new TicketRefused({ reason: "spent" })
        if (isLate) return yield* new TicketRefused({ reason: "expired" })
        yield* call(() => spentBy.set(kind + id, attempt))
      })
    )
})

const shelf = (memoryOf?: string) =>
  Layer.effect(
    Shelf,
    TestWorld.use((world) =>
      Effect.succeed({ world, spentBy: new Cells<string>(world, "shelf", memoryOf === undefined ? {} : { memoryOf }) })
    )
  )

describe("holdTo", () => {
  it.effect("succeeds for a provider in memory", () => holdTo([...clientLaws, ...userLaws], MemoryProvider))

  it.effect("finds a race that only other orders show, and says under which", () =>
    Effect.gen(function* () {
      const layer = inTwoSteps.pipe(Layer.provide(shelf()), Layer.provideMerge(aWorld))
      const { message } = yield* Effect.flip(holdTo(ticketLaws, layer))
      expect(message).toContain("50 uses of one ticket at once")
      expect(message).toContain("one spends it")
      expect(message).toContain("replay([")
      expect(message).not.toContain("a ticket is spent once, and each ticket for itself:")
    })
  )

  it.effect("finds what a restart takes", () =>
    Effect.gen(function* () {
      const layer = inTwoSteps.pipe(Layer.provide(shelf("the shelf's memory")), Layer.provideMerge(aWorld))
      const { message } = yield* Effect.flip(holdTo(ticketLaws, layer))
      expect(message).toContain("a spent ticket stays spent after a restart: it is remembered")
    })
  )

  it.effect("needs no world: a layer without one is held to the laws as it is", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(holdTo(ticketLaws, fake(Tickets, { spend: () => Effect.void })))
      expect(message.split("\n")).toHaveLength(ticketLaws.length)
      expect(message).toContain("a ticket is spent once, and each ticket for itself: the second use is refused")
    })
  )
})
