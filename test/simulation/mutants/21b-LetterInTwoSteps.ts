/** Defect 21, as a link in a letter: get, use, delete, each a call of its own. Strong storage is no help. */
import { Effect } from "effect"
import { GuessRefused } from "../../../src/domain/Guess.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { instead } from "./Instead.ts"
import { pressedTwice } from "./LetterLink.ts"
import { isMarked, mark } from "./Marks.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Tickets, {
  guess: Effect.fnUntraced(function* ({ id, right }) {
    if (yield* isMarked(id)) return yield* new GuessRefused({ reason: "spent" })
    if (!right) return yield* new GuessRefused({ reason: "wrong" })
    yield* mark(id)
  })
})

export const letterInTwoSteps = mutant(import.meta.url, {
  of: "21b",
  name: "the link of a letter is read, used, and deleted",
  killedBy: "Once",
  within: 1_000,
  broken: { ...pressedTwice, layer },
  sound: { ...pressedTwice, layer: MemoryProvider }
})
