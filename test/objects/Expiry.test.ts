/** When a row of an object may be swept: never while a decision could still ask for it. */
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { byPassword } from "../../src/domain/Authentication.ts"
import { GuessedTicket } from "../../src/domain/Guess.ts"
import { defaults } from "../../src/domain/Lifetime.ts"
import { ended, Session } from "../../src/domain/Session.ts"
import { SpentTicket } from "../../src/domain/Ticket.ts"
import { accountTables } from "../../src/layers/objects/AccountTables.ts"
import { EndedClientToken, ticketTables } from "../../src/layers/objects/TicketTables.ts"
import { AttemptId, ClientTokenId, SecretHash, Sid, UserId } from "../../src/domain/Ids.ts"

it.effect.prop("a spent ticket is remembered until its form is refused for its age", [Schema.Int], ([expiresAt]) =>
  Effect.sync(() => {
    const row = new SpentTicket({ kind: "login", id: "1-0.A", attempt: AttemptId.make("A".repeat(22)), expiresAt })
    expect(ticketTables.spent.expiresAt?.(row)).toBe(expiresAt)
  })
)

it.effect.prop("RFC 7009 §2.1: an ended token is remembered longer than any clock gives it", [Schema.Int], ([exp]) =>
  Effect.sync(() => {
    const row = new EndedClientToken({ jti: ClientTokenId.make(`1-0.${"A".repeat(22)}`), expiresAt: exp })
    expect(ticketTables.endedClientTokens.expiresAt?.(row)).toBe(exp + 600_000)
  })
)

it.effect.prop("guesses are remembered until what they are guesses at is refused for its age", [Schema.Int], ([at]) =>
  Effect.sync(() => {
    const row = new GuessedTicket({ kind: "mailed_login", id: "1-0.A", expiresAt: at, wrong: [], spentBy: null })
    expect(ticketTables.guessed.expiresAt?.(row)).toBe(at)
  })
)

it("an ended session is remembered for longer than any letter lives that could open it again", () => {
  const now = 1_000_000
  const session = new Session({
    userId: UserId.make(`1-0.${"A".repeat(22)}`),
    hash: SecretHash.make("A".repeat(43)),
    sid: Sid.make("A".repeat(22)),
    authentication: byPassword(now),
    createdAt: now,
    seenAt: now,
    expiresAt: now + defaults.session,
    idle: defaults.sessionIdle
  })
  const forgotten = accountTables.sessions.expiresAt?.(ended(session, now)) ?? 0
  const longest = Math.max(defaults.magicLink, defaults.mailedCode, defaults.passwordReset, defaults.emailChange)
  expect(forgotten - now).toBeGreaterThan(longest)
})
