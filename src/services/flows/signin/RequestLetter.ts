/**
 * Asking for a letter that signs in. Whoever is asked for, the same is done and said: there may be no such person, or
 * none who can be written to. OWASP ASVS 5.0 §6.3.8, NIST SP 800-63B §3.1.3; docs/decisions/0022-mailed-login.md.
 *
 * Nothing is stored: the page and the link carry sealed what they need, and share a ticket that whichever is used first
 * uses up.
 */
import { Clock, Effect } from "effect"
import { type LoginInteraction, MailedCodeInteraction, MailedLink } from "../../../domain/Interaction.ts"
import type { Language } from "../../../domain/Language.ts"
import { masked } from "../../../domain/MailedLogin.ts"
import { letterPaths } from "../../../domain/PagePath.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { type Addressee, addressee } from "../letters/Addressee.ts"
import { openLoginStep } from "../authorize/ClientStep.ts"
import type { Browser, Outcome } from "../authorize/Outcome.ts"
import { letterLink } from "../letters/LetterLink.ts"
import { postLetter } from "../letters/PostLetter.ts"
import { sealStep } from "../SealedStep.ts"
import { drawConfirmation, drawMailedCode, drawTicketId, hashSecret } from "../Secrets.ts"
import { tryAnew } from "./SignIn.ts"

export interface LetterRequest {
  /** The login step, as the form brings it back. */
  readonly sealed: string
  /** The name that was typed. */
  readonly login: string
  readonly language: Language
}

/** The page that waits for the code; the letter is on its way, if it is to anybody. */
export const requestLetter = Effect.fn("RequestLetter")(function* (asked: LetterRequest, browser: Browser) {
  const { expired, step } = yield* openLoginStep(asked.sealed, browser)
  if (expired) return yield* tryAnew({ step }, browser)
  if (asked.login.trim() === "") return { _tag: "TryAgain" as const, problem: "nameless" as const, next: undefined }
  const person = yield* addressee(asked.login, browser)
  const { code, link, page } = yield* draw(step, person)
  yield* postLetter({ to: person.to, language: asked.language, letter: { _tag: "SignInLetter", link, code } })
  const outcome: Outcome = { _tag: "MailedCode", sealed: yield* sealStep(page) }
  return { _tag: "Asked" as const, outcome }
})

/** A letter's link and code, and the page that waits for the code. */
const draw = Effect.fnUntraced(function* (
  { browser, request, subject }: LoginInteraction,
  { name, to, userId }: Addressee
) {
  const { lifetimes, ticketGenerations } = yield* ProviderConfig
  const now = yield* Clock.currentTimeMillis
  const code = yield* drawMailedCode
  const confirmation = yield* drawConfirmation
  const mailed = {
    ticket: yield* drawTicketId(ticketGenerations),
    request,
    subject,
    userId,
    name,
    address: yield* hashSecret(to ?? ""),
    expiresAt: now + lifetimes.magicLink
  }
  const page = new MailedCodeInteraction({
    ...mailed,
    browser,
    code: yield* hashSecret(code),
    codeExpiresAt: now + lifetimes.mailedCode,
    confirmation
  })
  const link = new MailedLink({
    ...mailed,
    asker: browser,
    confirmation: yield* hashSecret(confirmation),
    to: masked(to ?? "")
  })
  return { code, link: yield* letterLink(letterPaths.link, link), page }
})
