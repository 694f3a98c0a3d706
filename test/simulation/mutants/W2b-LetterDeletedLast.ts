/** The same wrong repair for a letter: it is deleted when the session exists, and whoever is quick signs in too. */
import { Effect } from "effect"
import { GuessRefused } from "../../../src/domain/Guess.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { instead } from "./Instead.ts"
import { pressedTwice } from "./LetterLink.ts"
import { isMarked, mark } from "./Marks.ts"
import { mutant } from "./Mutant.ts"

/** There is one in the scene. */
const letter = "the letter"

const looking = instead(Tickets, {
  guess: Effect.fnUntraced(function* () {
    if (yield* isMarked(letter)) return yield* new GuessRefused({ reason: "spent" })
  })
})

const layer = instead(
  Sessions,
  {
    open: Effect.fnUntraced(function* (request) {
      const opened = yield* Sessions.open(request)
      yield* mark(letter)
      return opened
    })
  },
  looking
)

export const letterDeletedLast = mutant(import.meta.url, {
  of: "W2b",
  name: "a letter is deleted when its session exists",
  killedBy: "Once",
  within: 100,
  broken: { ...pressedTwice, layer },
  sound: { ...pressedTwice, layer: MemoryProvider }
})
