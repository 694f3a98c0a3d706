/** A link that resets Alice's password, her session, and what is done with both. */
import { Clock, Effect, Redacted, Schema } from "effect"
import { byPassword } from "../../src/domain/Authentication.ts"
import { lettersTo } from "../../src/layers/test/MemoryLetters.ts"
import { changePassword, viewPassword } from "../../src/services/flows/account/OwnPassword.ts"
import { openSession } from "../../src/services/flows/signin/OpenSession.ts"
import { requestReset } from "../../src/services/flows/password/RequestReset.ts"
import { resetPassword } from "../../src/services/flows/password/ResetPassword.ts"
import { verifyPassword } from "../../src/services/flows/signin/VerifyPassword.ts"
import { retried } from "../../src/services/storage/Retry.ts"
import { Users } from "../../src/services/storage/Users.ts"
import { password } from "../workerd/Fixtures.ts"
import { browserOf, ownLogin, stepOf, withUser } from "./Scene.ts"
import type { UserId } from "../../src/domain/Ids.ts"

/** What somebody did not get: the link was used, the form is of a session that is over, the password is another. */
export class NotDone extends Schema.TaggedError<NotDone>()("NotDone", { why: Schema.String }) {}

/** Whether this signs Alice in, without asking anything that a schedule could turn. */
export const knows = Effect.fnUntraced(function* (userId: UserId, typed: string) {
  const user = yield* retried(Users.find)(userId)
  return (yield* verifyPassword(Redacted.make(typed), user?.passwordHash ?? null))._tag === "Right"
})

/** The end of a login: the password is judged, and a session opened by who it was judged by. */
export const logIn = Effect.fnUntraced(function* (userId: UserId, typed = password) {
  const user = yield* retried(Users.find)(userId)
  const verified = yield* verifyPassword(Redacted.make(typed), user?.passwordHash ?? null)
  if (user === null || verified._tag === "Wrong") return yield* new NotDone({ why: "wrong" })
  const proof = { user, authentication: byPassword(yield* Clock.currentTimeMillis), rehashed: verified.rehashed }
  const opened = yield* openSession(proof, browserOf("l"))
  return opened ?? (yield* new NotDone({ why: "another by now" }))
})

/** Alice is signed in in browser b, has the form to change her password there, and a letter with a link. */
export const withResetLink = Effect.gen(function* () {
  const { user } = yield* withUser
  const { cookie } = yield* logIn(user.id)
  const browser = browserOf("b", cookie)
  const form = yield* viewPassword(browser)
  const sealed = stepOf(yield* ownLogin(browser))
  yield* requestReset({ sealed, login: "alice", language: "en" }, browser)
  const [letter] = yield* lettersTo("alice@example.com")
  if (form._tag !== "Own" || letter?._tag !== "ResetLetter") return yield* Effect.die("there is no form, or no letter")
  return {
    user,
    session: cookie,
    browser,
    form: form.form,
    token: new URL(letter.link).searchParams.get("token") ?? ""
  }
})

export type WithResetLink = Effect.Success<typeof withResetLink>

/** Opens the link and sets a password. */
export const reset = ({ token }: Pick<WithResetLink, "token">, typed: string) =>
  Effect.gen(function* () {
    const done = yield* resetPassword(
      { token, password: Redacted.make(typed), isRepeated: true, language: "en" },
      browserOf("c")
    )
    return done._tag === "Done" ? typed : yield* new NotDone({ why: done._tag })
  })

/** Changes the password on the account page. */
export const change = ({ browser, form }: Pick<WithResetLink, "browser" | "form">, typed: string, present = password) =>
  Effect.gen(function* () {
    const change = {
      sealed: form,
      present: Redacted.make(present),
      password: Redacted.make(typed),
      isRepeated: true,
      language: "en"
    } as const
    const done = yield* changePassword(change, browser)
    if (done._tag !== "Changed") return yield* new NotDone({ why: done._tag })
    return { typed, cookie: done.cookie }
  })
