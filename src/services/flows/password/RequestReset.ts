/**
 * Asking for a link that sets a new password. Whoever is asked for, the same is done and said, and nothing is stored.
 * OWASP ASVS 5.0 §6.3.8, §6.4.3; docs/decisions/0023-passwords.md.
 */
import { Clock, Effect } from "effect"
import type { LoginInteraction } from "../../../domain/Interaction.ts"
import type { Language } from "../../../domain/Language.ts"
import { passwordPaths } from "../../../domain/PagePath.ts"
import { carried, ResetLink } from "../../../domain/PasswordReset.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { type Addressee, addressee } from "../letters/Addressee.ts"
import { openLoginStep } from "../authorize/ClientStep.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { letterLink } from "../letters/LetterLink.ts"
import { postLetter } from "../letters/PostLetter.ts"
import { hashSecret } from "../Secrets.ts"
import { anotherStep } from "../signin/SignIn.ts"

/** The page that asks whose password it is. It stands as long as the login step that it was reached from. */
export const viewForgotten = Effect.fn("RequestReset.view")(function* (sealed: string, browser: Browser) {
  const { expired, step } = yield* openLoginStep(sealed, browser)
  if (expired) return yield* anotherStep({ step }, browser)
  return { _tag: "Ask" as const, request: step.request }
})

export interface ResetRequest {
  /** The login step, as the form brings it back. */
  readonly sealed: string
  /** The name that was typed. */
  readonly login: string
  readonly language: Language
}

/** The letter is on its way, if it is to anybody. */
export const requestReset = Effect.fn("RequestReset")(function* (asked: ResetRequest, browser: Browser) {
  const { expired, step } = yield* openLoginStep(asked.sealed, browser)
  if (expired) return yield* anotherStep({ step }, browser)
  const person = yield* addressee(asked.login, browser)
  const link = yield* linkFor(step, person)
  yield* postLetter({ to: person.to, language: asked.language, letter: { _tag: "ResetLetter", link } })
  return { _tag: "Asked" as const }
})

const linkFor = Effect.fnUntraced(function* (
  { browser, request, subject }: LoginInteraction,
  { to, user, userId }: Addressee
) {
  const { lifetimes } = yield* ProviderConfig
  const link = new ResetLink({
    userId,
    replaces: yield* hashSecret(user?.passwordHash ?? ""),
    address: yield* hashSecret(to ?? ""),
    asker: browser,
    request: carried(request),
    subject,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.passwordReset
  })
  return yield* letterLink(passwordPaths.reset, link)
})
