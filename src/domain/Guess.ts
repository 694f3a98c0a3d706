/**
 * A single-use thing that is proved by a short code: its guesses are counted and its use is decided in one step, so
 * that no more are judged than there may be, however many come at the same time. NIST SP 800-63B §3.1.3.3, §3.2.2.
 */
import { Result, Schema } from "effect"
import { AttemptId } from "./Ids.ts"
import { Spending, TicketKind } from "./Ticket.ts"

/** One guess. The Worker, which knows the code, has judged it; only storage knows how many there were before it. */
export class Guess extends Schema.Class<Guess>("Guess")({
  ...Spending.fields,
  right: Schema.Boolean,
  /** How many guesses there may be, right or wrong. */
  most: Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0))),
  /** For the audit: a tag of the name that the thing was asked for by. */
  name: Schema.optionalKey(Schema.String)
}) {}

/** `wrong`: there may be another. `exhausted`: there were too many, and a right one is refused like any other. */
export class GuessRefused extends Schema.TaggedError<GuessRefused>()("GuessRefused", {
  reason: Schema.Literals(["wrong", "exhausted", "spent", "expired"])
}) {}

/** The guesses at one thing, kept until nobody could present it any more. */
export class GuessedTicket extends Schema.Class<GuessedTicket>("GuessedTicket")({
  kind: TicketKind,
  id: Schema.String,
  expiresAt: Schema.Int,
  /** The attempts that guessed wrong. */
  wrong: Schema.Array(AttemptId),
  /** The attempt that guessed right and used it up. */
  spentBy: Schema.NullOr(AttemptId),
  /** Whether it was told that somebody showed it when it was good for nothing any more: once. */
  replayed: Schema.optionalKey(Schema.Literal(true))
}) {}

export interface Guessed {
  readonly answer: Result.Result<void, GuessRefused>
  /** The row as the guess leaves it, if it changes anything. */
  readonly row: GuessedTicket | undefined
}

/** What comes of a guess; the same attempt asked again is told what it was told, and counts once. */
export const guess = (found: GuessedTicket | undefined, request: Guess, now: number): Guessed => {
  const { attempt, expiresAt, id, kind, most, right } = request
  const spentBy = found?.spentBy ?? null
  const wrong = found?.wrong ?? []
  if (spentBy !== null) return spentBy === attempt ? { answer: Result.void, row: undefined } : refused("spent")
  if (wrong.includes(attempt)) return refused("wrong")
  if (wrong.length >= most) return refused("exhausted")
  if (now >= expiresAt) return refused("expired")
  const row = { kind, id, expiresAt }
  return right
    ? { answer: Result.void, row: new GuessedTicket({ ...row, wrong, spentBy: attempt }) }
    : { ...refused("wrong"), row: new GuessedTicket({ ...row, wrong: [...wrong, attempt], spentBy: null }) }
}

const refused = (reason: GuessRefused["reason"]): Guessed => ({
  answer: Result.fail(new GuessRefused({ reason })),
  row: undefined
})
