/**
 * Changing the e-mail address of one's account, or showing that it is one's own: a letter with a link goes to the new
 * address, and the link's button makes the change. OWASP ASVS 5.0 §6.3.7, §7.5.1; docs/decisions/0025-account.md.
 *
 * Whether somebody else has the address is told only to whoever reads its mail: asking does the same for every address.
 */
import { Clock, Effect, Result } from "effect"
import { EmailChangeLink } from "../../../domain/EmailChange.ts"
import { ofLogin } from "../../../domain/Identifier.ts"
import type { Language } from "../../../domain/Language.ts"
import { accountPaths, emailConfirmPath } from "../../../domain/PagePath.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { ofEmail } from "../operator/SignInNames.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { letterLink } from "../letters/LetterLink.ts"
import { postLetter } from "../letters/PostLetter.ts"
import { throttleLetterTo } from "../letters/ThrottleLetter.ts"
import { drawTicketId } from "../Secrets.ts"
import { openAccountForm, sealAccountForm, viewAccount } from "./OwnAccount.ts"

// Whoever has the address can have the password: a session that somebody left open is not enough.
const wanted = { path: accountPaths.email, recent: true }

export const viewEmail = Effect.fn("ChangeEmail.view")((browser: Browser) => viewAccount(wanted, browser))

export interface EmailForm {
  readonly sealed: string
  /** As it was typed. */
  readonly email: string
  readonly language: Language
}

export const askEmailChange = Effect.fn("ChangeEmail.ask")(function* (asked: EmailForm, browser: Browser) {
  const own = yield* openAccountForm(asked.sealed, wanted, browser)
  if (own._tag === "SignIn") return own
  const to = asked.email.trim()
  const { email, email_verified } = own.user.profile
  const form = yield* sealAccountForm(own)
  const refused = { ...own, _tag: "Refused" as const, form }
  if (Result.isFailure(ofEmail(to))) return { ...refused, problem: "address" as const }
  if (to === email && email_verified === true) return { ...refused, problem: "same" as const }
  yield* throttleLetterTo(ofLogin(to), browser)
  const { lifetimes, ticketGenerations } = yield* ProviderConfig
  const link = new EmailChangeLink({
    ticket: yield* drawTicketId(ticketGenerations),
    userId: own.user.id,
    from: email ?? null,
    fromVerified: email_verified === true,
    addressChanges: own.user.addressChanges ?? 0,
    to,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.emailChange
  })
  const letter = { _tag: "EmailChangeLetter" as const, link: yield* letterLink(emailConfirmPath, link) }
  yield* postLetter({ to, language: asked.language, letter })
  return { ...own, _tag: "Asked" as const, form, to }
})
