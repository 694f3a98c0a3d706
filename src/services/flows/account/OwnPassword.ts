/**
 * Changing one's own password, or setting the first. Whoever has one shows it; whoever has none signed in a short while
 * ago. OWASP ASVS 5.0 §6.2.3, §7.4.3; docs/decisions/0023-passwords.md.
 */
import { Effect, type Redacted } from "effect"
import type { Language } from "../../../domain/Language.ts"
import { accountPaths } from "../../../domain/PagePath.ts"
import { formatToken } from "../../../domain/Session.ts"
import { signInName } from "../../../domain/User.ts"
import { retried } from "../../storage/Retry.ts"
import type { SessionAndUser } from "../../storage/Sessions.ts"
import { Users } from "../../storage/Users.ts"
import { tell } from "../audit/Tell.ts"
import { hashNewPassword } from "../NewPassword.ts"
import { rememberDevice } from "../signin/DeviceCookie.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { drawSecret, hashSecret } from "../Secrets.ts"
import { browserState } from "../SessionState.ts"
import { tellPerson } from "../letters/TellPerson.ts"
import { giveBack, throttle } from "../limits/Throttle.ts"
import { verifyPassword } from "../signin/VerifyPassword.ts"
import { openAccountForm, viewAccount, type Wanted } from "./OwnAccount.ts"

const wanted: Wanted = { path: accountPaths.password, recent: ({ passwordHash }) => passwordHash === null }

/** The form, and whether it asks for the present password. */
export const viewPassword = Effect.fn("OwnPassword.view")(function* (browser: Browser) {
  const own = yield* viewAccount(wanted, browser)
  if (own._tag === "SignIn") return own
  return { ...own, name: signInName(own.user), hasPassword: own.user.passwordHash !== null }
})

export interface PasswordChange {
  readonly sealed: string
  readonly present: Redacted.Redacted
  readonly password: Redacted.Redacted
  /** Whether it was typed twice alike. */
  readonly isRepeated: boolean
  readonly language: Language
}

/** Sets it. This session goes on under a new secret, and all others end. */
export const changePassword = Effect.fn("OwnPassword.change")(
  function* (change: PasswordChange, browser: Browser) {
    const own = yield* openAccountForm(change.sealed, wanted, browser)
    if (own._tag === "SignIn") return own
    if (!change.isRepeated) return { _tag: "Refused" as const, problem: "mismatch" as const }
    if (!(yield* isPresent(own, change.present))) return { _tag: "Refused" as const, problem: "present" as const }
    const passwordHash = yield* hashNewPassword(change.password, own.user)
    return yield* replace(own, passwordHash, change.language, browser)
  },
  Effect.catchTags({
    WeakPassword: ({ fault }) => Effect.succeed({ _tag: "Refused" as const, problem: fault }),
    UserChanged: () => Effect.succeed({ _tag: "Refused" as const, problem: "busy" as const })
  })
)

/** Whether it is the password that the person has. Whoever sits at a session of somebody else's may not guess on. */
const isPresent = Effect.fnUntraced(function* ({ user }: SessionAndUser, present: Redacted.Redacted) {
  if (user.passwordHash === null) return true
  const admitted = yield* throttle("login_known", JSON.stringify(["account", user.id]))
  const verified = yield* verifyPassword(present, user.passwordHash)
  if (verified._tag === "Wrong") {
    yield* tell({ type: "password.refused", userId: user.id })
    return false
  }
  yield* giveBack(admitted)
  return true
})

const replace = Effect.fnUntraced(function* (
  { session, user }: SessionAndUser,
  passwordHash: string,
  language: Language,
  browser: Browser
) {
  const secret = yield* drawSecret
  const renews = { hash: session.hash, by: yield* hashSecret(secret) }
  const setting = { userId: user.id, version: user.version, passwordHash, by: "change", renews } as const
  const isDone = yield* retried(Users.setPassword)(setting).pipe(
    Effect.as(true),
    // It ended while the form was filled in: whoever looks again is asked to sign in.
    Effect.catchTags({ SessionOver: () => Effect.succeed(false), NoSuchUser: () => Effect.succeed(false) })
  )
  if (!isDone) return { _tag: "Over" as const }
  yield* tellPerson(user, "password_changed", language)
  const cookie = formatToken({ userId: user.id, secret })
  const device = yield* rememberDevice(browser, user.id)
  return { _tag: "Changed" as const, cookie, browserState: yield* browserState(session.sid), device }
})
