/** Defect 21, as a ticket: get, use, delete, each a call of its own; that the storage is strong does not help. */
import { Effect, Exit } from "effect"
import { TicketRefused } from "../../../src/domain/Ticket.ts"
import { MemoryDatabase } from "../../../src/layers/test/MemoryD1.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Cells } from "../../../src/layers/test/kernel/Cells.ts"
import type { World } from "../../../src/layers/test/kernel/World.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { instead } from "./Instead.ts"
import { sentTwice } from "./LoginForm.ts"
import { mutant } from "./Mutant.ts"

/** The challenges that were deleted, a world's own: all that were given out are there until then. */
const deletedOf = (() => {
  const known = new WeakMap<World, Cells<true>>()
  return (world: World) => {
    const found = known.get(world) ?? new Cells<true>(world, "deleted challenges")
    known.set(world, found)
    return found
  }
})()

const turn = <A>(operation: string, run: (deleted: Cells<true>) => A) =>
  MemoryDatabase.use(({ world }) => {
    const execute = () => Exit.succeed(run(deletedOf(world)))
    return world.call<A, never>({ place: "D1", operation, execute, befalls: [] })
  })

const layer = instead(Tickets, {
  spend: Effect.fnUntraced(function* ({ id }) {
    const isThere = yield* turn("SELECT challenge", (deleted) => !deleted.has(id))
    if (!isThere) return yield* new TicketRefused({ reason: "spent" })
    yield* turn("DELETE challenge", (deleted) => void deleted.set(id, true))
  })
})

export const challengeInTwoSteps = mutant(import.meta.url, {
  of: "21",
  name: "a challenge is read, used, and deleted",
  killedBy: "Once",
  within: 1_000,
  broken: { ...sentTwice, layer },
  sound: { ...sentTwice, layer: MemoryProvider }
})
