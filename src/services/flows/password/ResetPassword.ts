/**
 * Setting a password by a link: once, by whoever reads the mail of the account. Looking at it uses nothing up.
 * NIST SP 800-63B §4.2.1, OWASP ASVS 5.0 §6.4.3; docs/decisions/0023-passwords.md.
 */
import { Clock, Effect, type Redacted } from "effect"
import { equal } from "../../../domain/ConstantTime.ts"
import { begunHere } from "../../../domain/Interaction.ts"
import type { Language } from "../../../domain/Language.ts"
import { letterAddress } from "../../../domain/MailedLogin.ts"
import { ResetLink } from "../../../domain/PasswordReset.ts"
import type { User } from "../../../domain/User.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import { tellLink } from "../audit/Failures.ts"
import { loginStep } from "../signin/LoginStep.ts"
import { hashNewPassword } from "../NewPassword.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { StepRefused } from "../SealedStep.ts"
import { drawSecret, hashSecret } from "../Secrets.ts"
import { letterLinkOpener } from "../letters/LetterLink.ts"
import { tellPerson } from "../letters/TellPerson.ts"

/**
 * What a link leads to: the form, or, where it is too late or was used, a login at which another may be asked for.
 * `secret` is the browser's, or the one that it gets with it.
 */
export const viewReset = Effect.fn("ResetPassword.view")(function* (token: string, browser: Browser) {
  const link = yield* openLink(token)
  const user = yield* personOf(link)
  const secret = browser.secret ?? (yield* drawSecret)
  return user === undefined ? yield* backToLogin("Void", link, secret) : { _tag: "Ask" as const, user, secret }
})

export interface Reset {
  readonly token: string
  readonly password: Redacted.Redacted
  /** Whether it was typed twice alike. */
  readonly isRepeated: boolean
  readonly language: Language
}

/**
 * Sets the password and ends all sessions. Of two at once one does; the other finds that the link was used. It signs
 * nobody in: whoever set the password shows that they know it.
 */
export const resetPassword = Effect.fn("ResetPassword")(
  function* (reset: Reset, { secret }: Browser) {
    const link = yield* openLink(reset.token)
    // The browser that shows the form has one since then, and brings none with what another site posts.
    if (secret === undefined) return yield* new StepRefused({ problem: "foreign" })
    const user = yield* personOf(link)
    if (user === undefined) {
      yield* tellLink("reset", link, link.userId)
      return yield* backToLogin("Void", link, secret)
    }
    if (!reset.isRepeated) return { _tag: "Weak" as const, fault: "mismatch" as const }
    const passwordHash = yield* hashNewPassword(reset.password, user)
    const setting = { userId: user.id, version: user.version, passwordHash, by: "reset", renews: null } as const
    const done = yield* retried(Users.setPassword)(setting).pipe(
      Effect.as(true),
      // It is asked of no session.
      Effect.catchTag("SessionOver", Effect.die),
      Effect.catchTag("NoSuchUser", () => Effect.succeed(false))
    )
    if (!done) return yield* backToLogin("Void", link, secret)
    yield* tellPerson(user, "password_changed", reset.language)
    return yield* backToLogin("Done", link, secret)
  },
  Effect.catchTag("WeakPassword", ({ fault }) => Effect.succeed({ _tag: "Weak" as const, fault })),
  // Something else of the account changed between reading and writing: the link may stand for all that.
  Effect.retry({ times: 2, while: ({ _tag }) => _tag === "UserChanged" }),
  Effect.catchTag("UserChanged", () => Effect.succeed({ _tag: "Weak" as const, fault: "busy" as const }))
)

const openLink = letterLinkOpener(ResetLink)

/** Whose password the link may set: the password and the address are those for which it was asked. */
const personOf = Effect.fnUntraced(function* (link: ResetLink) {
  if ((yield* Clock.currentTimeMillis) >= link.expiresAt) return undefined
  const user = yield* retried(Users.find)(link.userId)
  return user !== null && (yield* isFor(link, user)) ? user : undefined
})

const isFor = Effect.fnUntraced(function* (link: ResetLink, user: User) {
  const replaced = yield* hashSecret(user.passwordHash ?? "")
  const address = yield* hashSecret(letterAddress(user) ?? "")
  return letterAddress(user) !== undefined && equal(replaced, link.replaces) && equal(address, link.address)
})

/** On to a login, in the browser in which the reset began to the one it began at. */
const backToLogin = Effect.fnUntraced(function* <Tag extends string>(_tag: Tag, link: ResetLink, secret: string) {
  const { request, subject } = begunHere(link, equal(yield* hashSecret(secret), link.asker))
  const { sealed } = yield* loginStep(request, secret, subject)
  return { _tag, sealed, secret }
})
