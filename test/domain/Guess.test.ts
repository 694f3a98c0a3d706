/** Counting guesses, as a pure decision: any order of any guesses. NIST SP 800-63B §3.2.2. */
import { describe, expect, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { Guess, guess, type GuessedTicket } from "../../src/domain/Guess.ts"
import { AttemptId } from "../../src/domain/Ids.ts"

const most = 3
const expiresAt = 1_000

const Try = Schema.Struct({
  who: Schema.Literals(["a", "b", "c", "d", "e", "f", "g"]),
  right: Schema.Boolean,
  at: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: expiresAt + 1 })))
})

const id = `1-0.${"t".repeat(22)}`
const asked = (who: string, right: boolean): Guess =>
  new Guess({ attempt: AttemptId.make(who), kind: "mailed_login", id, expiresAt, right, most })

/** Guesses one after the other, and what each was told. */
const played = (tries: ReadonlyArray<typeof Try.Type>) => {
  let row: GuessedTicket | undefined
  return tries.map(({ at, right, who }) => {
    const before = row
    const { answer, row: after } = guess(row, asked(who, right), at)
    row = after ?? row
    return { who, right, at, before, said: Result.isSuccess(answer) ? "used" : answer.failure.reason }
  })
}

describe("NIST SP 800-63B §3.2.2: the number of guesses is limited", () => {
  it.prop("never more wrong guesses are judged than there may be, whoever makes them", [Schema.Array(Try)], ([all]) => {
    const wrong = played(all).filter(({ said }) => said === "wrong")
    expect(new Set(wrong.map(({ who }) => who)).size).toBeLessThanOrEqual(most)
  })

  it.prop("a right guess after the last wrong one is refused like a wrong one", [Schema.Array(Try)], ([all]) => {
    for (const { before, said } of played(all)) {
      if (before?.spentBy === null && before.wrong.length >= most) expect(said).not.toBe("used")
    }
  })
})

describe("NIST SP 800-63B §3.1.3.3: a secret of an out-of-band authenticator is used once", () => {
  it.prop("one attempt alone is ever let in", [Schema.Array(Try)], ([all]) => {
    const used = played(all).filter(({ said }) => said === "used")
    expect(new Set(used.map(({ who }) => who)).size).toBeLessThanOrEqual(1)
  })

  it.prop("the first time an attempt is let in, its guess is right and in time", [Schema.Array(Try)], ([all]) => {
    const first = played(all).find(({ said }) => said === "used")
    if (first !== undefined) expect([first.right, first.at < expiresAt]).toEqual([true, true])
  })

  it.prop("whoever was told something is told the same again", [Schema.Array(Try), Try], ([all, again]) => {
    const twice = played([...all, again, again]).slice(-2)
    const [one, two] = twice.map(({ said }) => said)
    expect(two).toBe(one)
  })
})
