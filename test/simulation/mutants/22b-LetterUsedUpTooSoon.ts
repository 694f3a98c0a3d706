/**
 * Defect 22, as a letter: it is used up before the session exists, by an attempt that nobody knows again. Cut off in
 * between, whoever presses again is told that it was used, and nobody is signed in.
 */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { drawAttempt } from "../../../src/services/flows/Secrets.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { instead } from "./Instead.ts"
import { pressedAgain } from "./LetterLink.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Tickets, {
  guess: Effect.fnUntraced(function* (request) {
    yield* Tickets.guess({ ...request, attempt: yield* drawAttempt })
  })
})

export const letterUsedUpTooSoon = mutant(import.meta.url, {
  of: "22b",
  name: "a letter is used up before its session exists, by an attempt that is drawn",
  killedBy: "No burn",
  within: 1_000,
  broken: { ...pressedAgain, layer },
  sound: { ...pressedAgain, layer: MemoryProvider }
})
