/**
 * Who looks after an account: the person whose session the browser is in, by forms that are bound to browser and
 * session. OWASP ASVS 5.0 §7.5.1 (a recent login for what would take the account away), RFC 9700 §4.7.
 */
import { Clock, Effect } from "effect"
import { AccountInteraction, AccountVisit } from "../../../domain/Interaction.ts"
import type { User } from "../../../domain/User.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { retried } from "../../storage/Retry.ts"
import { type SessionAndUser, Sessions } from "../../storage/Sessions.ts"
import { admit } from "../limits/Admit.ts"
import { loginStep } from "../signin/LoginStep.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { ownSession } from "../OwnSession.ts"
import { keyOf, sessionOf } from "../Placed.ts"
import { openStep, sealStep, StepRefused } from "../SealedStep.ts"
import { drawSecret, hashSecret } from "../Secrets.ts"

/** What a page of the account asks of the login. */
export interface Wanted {
  /** Where to come back to after a login. */
  readonly path: string
  /** Whether the login has to be a recent one (`Lifetimes.recentLogin`), of everybody or of some. */
  readonly recent?: boolean | ((user: User) => boolean)
}

/** The signed-in person, or the login that leads back here; `secret` is the browser's, or the one it gets with it. */
export const ownAccount = Effect.fn("OwnAccount")(function* ({ path, recent = false }: Wanted, browser: Browser) {
  const secret = browser.secret ?? (yield* drawSecret)
  const token = yield* sessionOf(browser.session)
  const found = token === undefined ? null : yield* retried(Sessions.find)(yield* keyOf(token))
  if (found !== null) yield* admit("account", found.user.id)
  const mustBeRecent = found !== null && (typeof recent === "boolean" ? recent : recent(found.user))
  if (found === null || (mustBeRecent && !(yield* isRecent(found)))) {
    return { _tag: "SignIn" as const, secret, outcome: yield* loginStep(new AccountVisit({ path }), secret, null) }
  }
  return { _tag: "Own" as const, ...found, secret }
})

/** Whether somebody signed in a short while ago. */
const isRecent = Effect.fnUntraced(function* ({ session }: SessionAndUser) {
  const { lifetimes } = yield* ProviderConfig
  return (yield* Clock.currentTimeMillis) - session.authentication.authTime < lifetimes.recentLogin
})

/** The same for a page, with what its forms carry. */
export const viewAccount = Effect.fnUntraced(function* (wanted: Wanted, browser: Browser) {
  const own = yield* ownAccount(wanted, browser)
  return own._tag === "SignIn" ? own : { ...own, form: yield* sealAccountForm(own) }
})

/** What the forms of an account page carry; `ticket` is what one of them spends, if it spends something. */
export const sealAccountForm = Effect.fnUntraced(function* (
  { secret, session, user }: SessionAndUser & { readonly secret: string },
  ticket?: string
) {
  const { lifetimes } = yield* ProviderConfig
  const step = new AccountInteraction({
    browser: yield* hashSecret(secret),
    userId: user.id,
    sessionHash: session.hash,
    ...(ticket === undefined ? {} : { ticket }),
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.interaction
  })
  return yield* sealStep(step)
})

/**
 * Whose form came back: only in the browser and the session it was shown in, and only while that session lives. Where
 * it has ended or is not recent enough, the person signs in and begins again.
 */
export const openAccountForm = Effect.fn("OwnAccount.form")(function* (
  sealed: string,
  wanted: Wanted,
  browser: Browser
) {
  const step = yield* openStep("account_form", sealed, browser)
  const { sameSession } = yield* ownSession(step, browser)
  // Another tab signed in since: what this one would change is another session's, or another person's.
  if (!sameSession) return yield* new StepRefused({ problem: "foreign" })
  const own = yield* ownAccount(wanted, browser)
  return own._tag === "Own" ? { ...own, step } : own
})
