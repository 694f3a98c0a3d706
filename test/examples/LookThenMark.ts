/** A layer with a defect: whether a ticket is spent is looked up, and then it is marked, as in a store of keys. */
import { Effect, Exit, Layer } from "effect"
import { aWorld, bind, Cells, storage, TestWorld, Tickets } from "hapax/testing"
import { TicketRefused } from "hapax/domain/Ticket"

/** That this is strong is not true of any store that can only get and put: here it is the lie to be found out. */
const Store = storage.strong("Example.Store")<Effect.Success<typeof makeStore>>()
const makeStore = TestWorld.use((world) => {
  const cells = new Cells<string>(world, "store")
  const call = <A>(operation: string, run: () => A) =>
    world.call({ place: "store", operation, execute: () => Exit.succeed(run()), befalls: [] })
  return Effect.succeed({
    get: (key: string) => call("get", () => cells.get(key)),
    put: (key: string, value: string) => call("put", () => void cells.set(key, value))
  })
})

export const LookThenMark = bind(Tickets, {
  spend: ({ attempt, id }) =>
    Store.use(({ get, put }) =>
      Effect.flatMap(get(id), (spentBy) =>
        spentBy === undefined ? put(id, attempt) : Effect.fail(new TicketRefused({ reason: "spent" }))
      )
    )
}).pipe(Layer.provide(Layer.effect(Store, makeStore)), Layer.provideMerge(aWorld))
