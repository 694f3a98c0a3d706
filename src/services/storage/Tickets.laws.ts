/** What every shard of tickets keeps: each is spent once, however many ask at the same time. */
import { Clock, Effect, Result } from "effect"
import { type Spending, TicketKind, TicketRefused } from "../../domain/Ticket.ts"
import { freshText } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { Tickets } from "./Tickets.ts"
import { advance, atOnce, expectRefusal, freshAttempt, restart } from "./World.laws.ts"

const spend = ["Ticket.spend"]
const lifetime = 60_000

/** A ticket in the first shard of the first generation, which every configuration has. */
const freshTicket = Effect.gen(function* () {
  const id = `1-0.${yield* freshText}`
  return { kind: "login", id, expiresAt: (yield* Clock.currentTimeMillis) + lifetime } as const
})

/** Spends a ticket in an attempt of its own. */
const spent = (ticket: Omit<Spending, "attempt">) =>
  Effect.flatMap(freshAttempt, (attempt) => Tickets.spend({ ...ticket, attempt }))

/** Fifty uses of one ticket at once. */
export const ticketRaceLaws = [
  law(
    "50 uses of one ticket at once: one spends it, every other hears that it is spent",
    spend,
    Effect.gen(function* () {
      const results = yield* atOnce(50, spent(yield* freshTicket))
      yield* expectThat(results.filter(Result.isSuccess).length === 1, "one spends it")
      const others = results.filter(Result.isFailure).map(({ failure }) => failure)
      yield* expectThat(
        others.every((failure) => failure instanceof TicketRefused && failure.reason === "spent"),
        "every other is refused because it is spent"
      )
    })
  )
]

export const ticketLaws = [
  law(
    "a ticket is spent once, and each ticket for itself",
    spend,
    Effect.gen(function* () {
      const ticket = yield* freshTicket
      yield* spent(ticket)
      yield* expectRefusal(spent(ticket), "spent", "the second use is refused")
      yield* expectRefusal(spent(ticket), "spent", "and every later one")
      yield* spent(yield* freshTicket)
    })
  ),
  law(
    "the same attempt asked again is told the same, to the end of the ticket's time and after",
    spend,
    Effect.gen(function* () {
      const spending = { ...(yield* freshTicket), attempt: yield* freshAttempt }
      yield* Tickets.spend(spending)
      yield* restart
      yield* Tickets.spend(spending)
      yield* expectRefusal(spent(spending), "spent", "another attempt is refused all the same")
    })
  ),
  law(
    "an expired ticket is refused; it lives to its last millisecond",
    spend,
    Effect.gen(function* () {
      const [first, second] = [yield* freshTicket, yield* freshTicket]
      yield* advance(lifetime - 1)
      yield* spent(first)
      yield* advance(1)
      yield* expectRefusal(spent(second), "expired", "its time is over")
      yield* expectRefusal(spent(second), "expired", "and stays over")
    })
  ),
  law(
    "tickets of different kinds do not take each other's place, though they bear one id",
    spend,
    Effect.gen(function* () {
      const ticket = yield* freshTicket
      for (const kind of TicketKind.literals) yield* spent({ ...ticket, kind })
      for (const kind of TicketKind.literals)
        yield* expectRefusal(spent({ ...ticket, kind }), "spent", `${kind} is spent`)
    })
  ),
  law(
    "a spent ticket stays spent after a restart",
    spend,
    Effect.gen(function* () {
      const ticket = yield* freshTicket
      yield* spent(ticket)
      yield* restart
      yield* expectRefusal(spent(ticket), "spent", "it is remembered")
    })
  ),
  ...ticketRaceLaws
]
