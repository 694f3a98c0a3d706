/** What every shard of tickets keeps of guesses: no more are judged than there may be, and one right one is let in. */
import { Clock, Effect, Result } from "effect"
import { type Guess, GuessRefused } from "../../domain/Guess.ts"
import { freshText } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { Tickets } from "./Tickets.ts"
import { advance, atOnce, expectRefusal, freshAttempt, restart } from "./World.laws.ts"

const guess = ["Ticket.guess"]
const lifetime = 60_000

/** A thing that is proved by a short code, of which there may be so many guesses. */
const freshGuess = Effect.fnUntraced(function* (most: number) {
  const id = `1-0.${yield* freshText}`
  return { kind: "mailed_login", id, expiresAt: (yield* Clock.currentTimeMillis) + lifetime, most } as const
})

/** Guesses in an attempt of its own. */
const guessed = (thing: Omit<Guess, "attempt" | "right">, right: boolean) =>
  Effect.flatMap(freshAttempt, (attempt) => Tickets.guess({ ...thing, attempt, right }))

/** Fifty guesses at one thing at once. */
const guessRaceLaws = [
  law(
    "50 wrong guesses at once: as many are judged as there may be, and then a right one is refused too",
    guess,
    Effect.gen(function* () {
      const thing = yield* freshGuess(5)
      const results = yield* atOnce(50, guessed(thing, false))
      const reasons = results
        .filter(Result.isFailure)
        .map(({ failure }) => (failure instanceof GuessRefused ? failure.reason : "unknown"))
      yield* expectThat(reasons.filter((reason) => reason === "wrong").length === 5, "five are judged")
      yield* expectThat(reasons.filter((reason) => reason === "exhausted").length === 45, "the others are not")
      yield* expectRefusal(guessed(thing, true), "exhausted", "nor is a right one")
    })
  ),
  law(
    "50 right guesses at once: one uses the thing up, every other hears that it is spent",
    guess,
    Effect.gen(function* () {
      const results = yield* atOnce(50, guessed(yield* freshGuess(5), true))
      yield* expectThat(results.filter(Result.isSuccess).length === 1, "one uses it up")
      const others = results.filter(Result.isFailure).map(({ failure }) => failure)
      yield* expectThat(
        others.every((failure) => failure instanceof GuessRefused && failure.reason === "spent"),
        "every other is refused because it is spent"
      )
    })
  )
]

export const guessLaws = [
  law(
    "a right guess is good until there were as many wrong ones as there may be, and once",
    guess,
    Effect.gen(function* () {
      const thing = yield* freshGuess(3)
      yield* expectRefusal(guessed(thing, false), "wrong", "the first is wrong")
      yield* expectRefusal(guessed(thing, false), "wrong", "and the second")
      yield* guessed(thing, true)
      yield* expectRefusal(guessed(thing, true), "spent", "a second right one is refused")
      yield* expectRefusal(guessed(thing, false), "spent", "and so is a wrong one")
      const other = yield* freshGuess(1)
      yield* expectRefusal(guessed(other, false), "wrong", "each thing is counted for itself")
      yield* expectRefusal(guessed(other, true), "exhausted", "the only guess was wrong")
    })
  ),
  law(
    "the same attempt asked again is told the same, and counts once, after a restart too",
    guess,
    Effect.gen(function* () {
      const thing = yield* freshGuess(2)
      const wrong = { ...thing, attempt: yield* freshAttempt, right: false }
      const right = { ...thing, attempt: yield* freshAttempt, right: true }
      yield* expectRefusal(Tickets.guess(wrong), "wrong", "it is wrong")
      yield* restart
      yield* expectRefusal(Tickets.guess(wrong), "wrong", "it is the same guess")
      yield* Tickets.guess(right)
      yield* restart
      yield* advance(lifetime)
      yield* Tickets.guess(right)
      yield* expectRefusal(guessed(thing, true), "spent", "another attempt is refused all the same")
    })
  ),
  law(
    "nothing is guessed after its time; it lives to its last millisecond",
    guess,
    Effect.gen(function* () {
      const [first, second] = [yield* freshGuess(5), yield* freshGuess(5)]
      yield* advance(lifetime - 1)
      yield* guessed(first, true)
      yield* advance(1)
      yield* expectRefusal(guessed(second, true), "expired", "its time is over")
      yield* expectRefusal(guessed(second, false), "expired", "for a wrong guess too")
    })
  ),
  law(
    "what is guessed at and what is spent without guessing do not take each other's place",
    [...guess, "Ticket.spend"],
    Effect.gen(function* () {
      const thing = yield* freshGuess(1)
      const { most: _most, ...ticket } = thing
      yield* Tickets.spend({ ...ticket, attempt: yield* freshAttempt })
      yield* guessed(thing, true)
    })
  ),
  ...guessRaceLaws
]
