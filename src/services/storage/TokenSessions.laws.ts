/** What every home keeps of the session behind an access token: seen while both live, and used by whoever has it. */
import { Effect } from "effect"
import { equal } from "../../domain/ConstantTime.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { expectThat, law } from "./Law.ts"
import { Sessions } from "./Sessions.ts"
import {
  advance,
  anotherSession,
  changed,
  freshJti,
  freshSession,
  keyOf,
  lifetimes,
  offline,
  withCode,
  withTokens,
  ending
} from "./World.laws.ts"

const behind = ["Session.behind"]
const use = ["Session.use"]

/** The longest that a token of a law lives, so that its session ends first. */
const longLived = { scopes: offline }

const behindLaws = [
  law(
    "a token shows the session it was given in, as it goes on after a new login",
    [...behind, "Session.open"],
    Effect.gen(function* () {
      const { grant, jti, session } = yield* withTokens()
      const found = yield* Sessions.behind(jti)
      yield* expectThat(
        equal(found?.session?.hash ?? "", session.hash) && found?.grant.id === grant.id,
        "it is this one"
      )
      const next = yield* freshSession(session.userId)
      const by = yield* Sessions.open({ session: next, replaces: session.hash })
      const now = (yield* Sessions.behind(jti))?.session
      yield* expectThat(equal(now?.hash ?? "", by.hash) && now?.sid === session.sid, "it is the one that goes on")
    })
  ),
  law(
    "OIDC Core §11: where access outlives the session, there is a grant and no session",
    [...behind, ...use, "Session.end", "Session.endMany"],
    Effect.gen(function* () {
      const { grant, jti, session } = yield* withTokens(longLived)
      yield* anotherSession(session.userId)
      yield* Sessions.end(keyOf(session))
      const found = yield* Sessions.behind(jti)
      yield* expectThat(found?.grant.id === grant.id && found.session === null, "another session is none of its own")
      yield* expectThat((yield* Sessions.use(jti))?.session === null, "and nothing is used")
      const { jti: online, session: its } = yield* withTokens()
      yield* ending(its.userId)
      yield* expectThat((yield* Sessions.behind(online)) === null, "a token that falls with it shows nothing")
    })
  ),
  law(
    "a token that was revoked, never given, or whose user is disabled shows and uses nothing",
    [...behind, ...use, "AccessToken.revoke", "User.change"],
    Effect.gen(function* () {
      const expectNothing = Effect.fnUntraced(function* (jti: Parameters<typeof Sessions.behind>[0], why: string) {
        yield* expectThat((yield* Sessions.behind(jti)) === null && (yield* Sessions.use(jti)) === null, why)
      })
      const { issuance } = yield* withCode()
      yield* expectNothing(yield* freshJti(issuance.grantId), "its code was not redeemed")
      const { clientId, jti } = yield* withTokens()
      yield* AccessTokens.revoke({ jti, clientId, expiresAt: Number.MAX_SAFE_INTEGER })
      yield* expectNothing(jti, "it was revoked")
      const other = yield* withTokens()
      yield* changed(other.user, { status: "disabled" })
      yield* expectNothing(other.jti, "its user is disabled")
    })
  ),
  law(
    "looking at a session is no use of it",
    behind,
    Effect.gen(function* () {
      const { jti } = yield* withTokens(longLived)
      yield* advance(lifetimes.sessionIdle - 1)
      yield* expectThat((yield* Sessions.behind(jti))?.session !== null, "it lives in its last millisecond")
      yield* advance(1)
      yield* expectThat((yield* Sessions.behind(jti))?.session === null, "and not after it")
    })
  )
]

const useLaws = [
  law(
    "a use lets the session stay unused for as long again, and no use brings it back",
    [...use, "Session.find"],
    Effect.gen(function* () {
      const { jti, session } = yield* withTokens(longLived)
      yield* advance(lifetimes.sessionIdle - 1)
      const used = (yield* Sessions.use(jti))?.session
      yield* expectThat(used?.seenAt === session.seenAt + lifetimes.sessionIdle - 1, "it was seen now")
      yield* advance(lifetimes.sessionIdle - 1)
      yield* expectThat((yield* Sessions.find(keyOf(session))) !== null, "it is open")
      yield* advance(1)
      yield* expectThat((yield* Sessions.use(jti))?.session === null, "too late")
      yield* expectThat((yield* Sessions.find(keyOf(session))) === null, "it is not open")
    })
  ),
  law(
    "the absolute end of a session stays where it is, however often it is used",
    use,
    Effect.gen(function* () {
      const { jti, session } = yield* withTokens(longLived)
      for (let passed = 0; passed + lifetimes.sessionIdle <= lifetimes.session; passed += lifetimes.sessionIdle - 1) {
        yield* expectThat((yield* Sessions.use(jti))?.session?.expiresAt === session.expiresAt, "its end is the same")
        yield* advance(lifetimes.sessionIdle - 1)
      }
      yield* advance(lifetimes.sessionIdle)
      yield* expectThat((yield* Sessions.use(jti))?.session === null, "it is over")
    })
  )
]

export const tokenSessionLaws = [...behindLaws, ...useLaws]
