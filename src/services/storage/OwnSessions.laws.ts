/**
 * What every home of sessions keeps of those of one person, seen together: which there are, and the end of some.
 * OWASP ASVS 5.0 §7.4.2, §7.5.2.
 */
import { Effect, Result } from "effect"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { freshText } from "./Fresh.laws.ts"
import { Sid } from "../../domain/Ids.ts"
import type { Session, SomeSessions } from "../../domain/Session.ts"
import { expectThat, law } from "./Law.ts"
import { Sessions } from "./Sessions.ts"
import {
  advance,
  anotherSession,
  freshAttempt,
  atOnce,
  changed,
  consentTo,
  freshIssuance,
  freshSession,
  freshUser,
  keyOf,
  lifetimes,
  restart,
  signedIn,
  ending
} from "./World.laws.ts"

const list = ["Session.list"]
const endMany = ["Session.endMany"]

const sidsOf = (user: { readonly id: Session["userId"] }) =>
  Effect.map(Sessions.list(user.id), (shown) => shown.map(({ sid }) => sid).toSorted())

const expectLeft = Effect.fnUntraced(function* (
  user: { readonly id: Session["userId"] },
  left: ReadonlyArray<Session>,
  sentence: string
) {
  const expected = left.map(({ sid }) => sid).toSorted()
  yield* expectThat((yield* sidsOf(user)).join() === expected.join(), sentence)
})

const end = (user: { readonly id: Session["userId"] }, which: SomeSessions) => ending(user.id, which)

const listLaws = [
  law(
    "a person sees each of their live sessions once, by its public name, and nobody else's",
    [...list, "Session.open", "Session.end"],
    Effect.gen(function* () {
      const origin = { userAgent: "a browser", place: "JP" }
      const user = yield* freshUser
      yield* expectLeft(user, [], "there is none at first")
      const first = yield* anotherSession(user.id, { origin })
      const second = yield* anotherSession(user.id)
      const gone = yield* anotherSession(user.id)
      yield* Sessions.end(keyOf(gone))
      yield* signedIn
      yield* expectLeft(user, [first, second], "both that live, and no other")
      const shown = (yield* Sessions.list(user.id)).find(({ sid }) => sid === first.sid)
      yield* expectThat(shown?.origin?.place === "JP" && shown.origin.userAgent === "a browser", "it says from where")
      yield* expectThat(shown?.authentication.authTime === first.authentication.authTime, "and when")
      yield* expectThat(shown?.endsAt === first.seenAt + first.idle, "and how long it lasts if nobody uses it")
      yield* expectThat(!JSON.stringify(yield* Sessions.list(user.id)).includes(first.hash), "nothing finds it by this")
    })
  ),
  law(
    "a session that a new login goes on with is one, with the origin of that login, and knows its clients",
    [...list, "Session.open", "AuthorizationCode.approve"],
    Effect.gen(function* () {
      const { session: before, user } = yield* signedIn
      const issuance = yield* freshIssuance(before, { logoutChannels: { front: false, back: true } })
      yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
      const session = yield* freshSession(user.id, { origin: { place: "FR" } })
      yield* Sessions.open({ session, replaces: before.hash })
      const shown = yield* Sessions.list(user.id)
      yield* expectThat(shown.length === 1 && shown[0]?.sid === before.sid, "it is one session")
      yield* expectThat(shown[0]?.origin?.place === "FR", "as it is now")
      yield* expectThat(shown[0]?.clients.join() === issuance.clientId, "its client is told")
    })
  ),
  law(
    "a session that expired or was not used for too long is not shown",
    list,
    Effect.gen(function* () {
      const { user } = yield* signedIn
      yield* advance(lifetimes.sessionIdle - 1)
      const late = yield* anotherSession(user.id)
      yield* advance(1)
      yield* expectLeft(user, [late], "only the one that lives")
    })
  )
]

const someLaws = [
  law(
    "chosen sessions end, and the others live",
    [...list, ...endMany, "Session.find"],
    Effect.gen(function* () {
      const { session: first, user } = yield* signedIn
      const second = yield* anotherSession(user.id)
      const third = yield* anotherSession(user.id)
      yield* end(user, { sids: [first.sid, third.sid] })
      yield* expectLeft(user, [second], "the one that was not chosen")
      yield* expectThat((yield* Sessions.find(keyOf(first))) === null, "an ended one opens nothing")
      yield* restart
      yield* expectLeft(user, [second], "nor after a restart")
    })
  ),
  law(
    "everywhere else: all sessions end but the one that is named, under whichever secret it goes on",
    [...list, ...endMany, "Session.open", "Session.find"],
    Effect.gen(function* () {
      const { session: before, user } = yield* signedIn
      yield* Effect.replicateEffect(anotherSession(user.id), 3)
      const session = yield* freshSession(user.id)
      const present = yield* Sessions.open({ session, replaces: before.hash })
      yield* end(user, { except: before.sid })
      yield* expectLeft(user, [present], "the present one")
      yield* expectThat((yield* Sessions.find(keyOf(present))) !== null, "it is as good as before")
    })
  ),
  law(
    "the same attempt, executed again and late, is told the same and ends nothing that was opened since",
    [...list, ...endMany],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      yield* anotherSession(user.id)
      const spares = { attempt: yield* freshAttempt, userId: user.id, which: { except: session.sid } }
      yield* expectThat((yield* Sessions.endMany(spares)) === 1, "one ended")
      const since = yield* anotherSession(user.id)
      yield* restart
      yield* expectThat((yield* Sessions.endMany(spares)) === 1, "as it was told before")
      yield* expectLeft(user, [session, since], "who signed in since is signed in")
      const all = { ...spares, attempt: yield* freshAttempt, which: "all" as const }
      yield* expectThat((yield* Sessions.endMany(all)) === 2, "two ended")
      const last = yield* anotherSession(user.id)
      yield* expectThat((yield* Sessions.endMany(all)) === 2, "as it was told before")
      yield* expectLeft(user, [last], "the last one lives")
    })
  ),
  law(
    "nobody ends another person's session by its name, nor anything by a name that is none",
    [...list, ...endMany],
    Effect.gen(function* () {
      const { session: foreign, user: stranger } = yield* signedIn
      const { session, user } = yield* signedIn
      yield* end(user, { sids: [foreign.sid, Sid.make(yield* freshText)] })
      yield* end(user, { sids: [] })
      yield* expectLeft(user, [session], "nothing of one's own ended")
      yield* expectLeft(stranger, [foreign], "nor of the other's")
    })
  ),
  law(
    "a session that has ended is ended no second time, by its name or by all names, also of a disabled user",
    [...endMany, "Session.end", "User.change"],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      yield* anotherSession(user.id)
      yield* Sessions.end(keyOf(session))
      yield* expectThat((yield* end(user, { sids: [session.sid] })) === 0, "it had ended")
      const disabled = yield* changed(user, { status: "disabled" })
      yield* end(user, "all")
      yield* changed(disabled, { status: "active" })
      yield* expectThat((yield* end(user, "all")) === 0, "all had ended")
    })
  )
]

const countLaws = [
  law(
    "20 requests at once to end all sessions but one: each of the others ends once, and the one that is named lives",
    [...list, ...endMany],
    Effect.gen(function* () {
      const user = yield* freshUser
      const sessions = yield* Effect.replicateEffect(anotherSession(user.id), 5)
      const [kept] = sessions
      if (kept === undefined) return
      const counted = yield* atOnce(20, ending(user.id, { except: kept.sid }))
      const sum = counted.filter(Result.isSuccess).reduce((total, { success }) => total + success, 0)
      yield* expectThat(sum === 4, `four ended, and ${sum} were counted`)
      yield* expectLeft(user, [kept], "the named one is left")
    })
  )
]

export const ownSessionLaws = [...listLaws, ...someLaws, ...countLaws]
