/** Holding a layer of one's own to the laws: tickets in cells, spent by the decision that production makes. */
import { it } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import { aWorld, bind, Cells, holdTo, storage, TestWorld, ticketLaws, Tickets } from "hapax/testing"
import { spend, TicketRefused } from "hapax/domain/Ticket"

// #region layer
/** Strong: a call reads and writes its cell in one turn. */
const Shelf = storage.strong("Example.Shelf")<Effect.Success<typeof makeShelf>>()
const makeShelf = TestWorld.use((world) => Effect.succeed({ world, spentBy: new Cells<string>(world, "shelf") }))

const OnTheShelf = bind(Tickets, {
  spend: (request) =>
    Shelf.use(({ spentBy, world }) => {
      const key = `${request.kind} ${request.id}`
      const execute = (now: number) => {
        const said = spend(request, spentBy.get(key), now)
        if (said === "first") spentBy.set(key, request.attempt)
        return said === "first" || said === "again" ? Exit.void : Exit.fail(new TicketRefused({ reason: said }))
      }
      return world.call({ place: "shelf", operation: "Ticket.spend", execute, befalls: [] })
    })
}).pipe(Layer.provide(Layer.effect(Shelf, makeShelf)), Layer.provideMerge(aWorld))

it.effect("tickets on the shelf keep the laws of tickets", () => holdTo(ticketLaws, OnTheShelf))
// #endregion
