/** Telling people by a letter what happened to their account, whoever did it. NIST SP 800-63B §4.6. */
import { Effect } from "effect"
import type { Language } from "../../../domain/Language.ts"
import type { Notice } from "../../../domain/Letter.ts"
import { letterAddress } from "../../../domain/MailedLogin.ts"
import type { User } from "../../../domain/User.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { postLetter } from "./PostLetter.ts"

/**
 * To the address that is known to be theirs. What it tells of is done already, so that a letter which cannot be posted
 * is a line in the log, and not an answer that says that nothing was done.
 */
export const tellPerson = Effect.fn("TellPerson")(function* (user: User, what: Notice, language: Language) {
  const { mail } = yield* ProviderConfig
  const to = letterAddress(user)
  if (!mail || to === undefined) return
  yield* postLetter({ to, language, letter: { _tag: "NoticeLetter", what } }).pipe(
    Effect.catch((error) =>
      Effect.logWarning("a notice was not posted").pipe(Effect.annotateLogs({ what, reason: error._tag }))
    )
  )
})
