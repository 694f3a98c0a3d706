/** Which of a person's sessions are meant, when one ends, and who may take one over. OWASP ASVS 5.0 §7.4.3, §7.5.2. */
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { byPassword } from "../../src/domain/Authentication.ts"
import { AccessTokenId, ClientId, SecretHash, Sid, UserId } from "../../src/domain/Ids.ts"
import { endOf, isLive, isMeant, Session, touched } from "../../src/domain/Session.ts"
import { judge, SessionHandOver, toldSession } from "../../src/domain/SessionHandOver.ts"

const sidOf = (letter: string) => Sid.make(letter.repeat(22))

const session = (letter: string, changes: Partial<Session> = {}) =>
  new Session({
    userId: UserId.make(`1-0.${"u".repeat(22)}`),
    hash: SecretHash.make(letter.repeat(43)),
    sid: sidOf(letter),
    authentication: byPassword(1_000),
    createdAt: 1_000,
    seenAt: 1_000,
    expiresAt: 100_000,
    idle: 10_000,
    ...changes
  })

const small = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 120_000 })))
const letters = ["a", "b", "c"] as const

describe("the sessions that are meant", () => {
  it.each(letters)("all but one, and that one, are all: %s", (kept) => {
    for (const letter of letters) {
      const one = session(letter)
      assert.isTrue(isMeant("all", one))
      assert.strictEqual(isMeant({ except: sidOf(kept) }, one), letter !== kept)
      assert.strictEqual(isMeant({ sids: [sidOf(kept)] }, one), letter === kept)
      assert.isFalse(isMeant({ sids: [] }, one))
    }
  })
})

describe("the end of a session", () => {
  it.effect.prop("is the moment from which it is not live any more, used or not", [small, small], ([seenAt, now]) =>
    Effect.sync(() => {
      const one = session("a", { seenAt })
      assert.isFalse(isLive(one, endOf(one)))
      if (endOf(one) > 0) assert.isTrue(isLive(one, endOf(one) - 1))
      const used = touched(one, now, { sessionTouch: 60 })
      if (now >= seenAt) assert.isAtLeast(endOf(used), endOf(one))
      assert.isAtMost(endOf(used), one.expiresAt)
    })
  )

  it("is told in seconds, with the names that the client knows, and no hash", () => {
    const names = { sub: "pairwise", clientId: ClientId.make("rp"), sid: sidOf("z") }
    assert.deepStrictEqual(toldSession(session("a"), names), {
      active: true,
      sub: "pairwise",
      client_id: ClientId.make("rp"),
      sid: sidOf("z"),
      auth_time: 1,
      acr: "1",
      amr: ["pwd"],
      expires_at: 11
    })
  })
})

describe("a session token", () => {
  const token = new SessionHandOver({
    ticket: "t",
    clientId: ClientId.make("rp"),
    jti: AccessTokenId.make(`1-0.${"g".repeat(22)}.${"j".repeat(16)}`),
    expiresAt: 300_000
  })

  it("is for its client, to the last millisecond of its time", () => {
    assert.isUndefined(judge(token, ClientId.make("rp"), 299_999))
    assert.strictEqual(judge(token, ClientId.make("rp"), 300_000), "expired")
    assert.strictEqual(judge(token, ClientId.make("other"), 299_999), "client")
    assert.strictEqual(judge(token, ClientId.make("other"), 300_000), "client")
  })
})
