/** What everybody who takes letters keeps: what was posted is handed to the consumer, once or more often. */
import { Context, Effect } from "effect"
import type { PostedLetter } from "../../domain/Letter.ts"
import { expectThat, law } from "./Law.ts"
import { Letters } from "./Letters.ts"

/** A letter to post, and a look at what has arrived; laws are given this by whoever gives them the queue. */
export class LetterReader extends Context.Service<
  LetterReader,
  {
    /** A letter that nobody has posted before, and that can be delivered. */
    readonly fresh: Effect.Effect<PostedLetter>
    /** Whether the consumer was handed a letter; waits for as long as that may take. */
    readonly arrived: (id: string) => Effect.Effect<boolean>
  }
>()("hapax/storage/LetterReader") {}

const post = ["Letter.post"]

const expectArrived = (letters: ReadonlyArray<PostedLetter>, sentence: string) =>
  LetterReader.use(({ arrived }) =>
    Effect.forEach(letters, ({ id }) => Effect.flatMap(arrived(id), (is) => expectThat(is, sentence)), {
      discard: true
    })
  )

const freshLetters = (count: number) =>
  LetterReader.use(({ fresh }) => Effect.forEach(Array.from({ length: count }), () => fresh))

export const letterLaws = [
  law(
    "a letter that was posted arrives",
    post,
    Effect.gen(function* () {
      const letters = yield* freshLetters(1)
      yield* Effect.forEach(letters, (letter) => Letters.post(letter))
      yield* expectArrived(letters, "the letter arrives")
    })
  ),
  law(
    "posted again, as after a lost answer, it is still the one letter, and it arrives",
    post,
    Effect.gen(function* () {
      const letters = yield* freshLetters(1)
      yield* Effect.forEach([...letters, ...letters], (letter) => Letters.post(letter))
      yield* expectArrived(letters, "the letter arrives")
    })
  ),
  law(
    "letters posted at the same time all arrive",
    post,
    Effect.gen(function* () {
      const letters = yield* freshLetters(10)
      yield* Effect.forEach(letters, (letter) => Letters.post(letter), { concurrency: "unbounded" })
      yield* expectArrived(letters, "each letter arrives")
    })
  )
]
