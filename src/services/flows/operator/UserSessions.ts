/** What an operator sees and ends of one user: sessions, consents, passkeys; and the letter that sets a password. */
import { Clock, Effect, Schema } from "effect"
import { Sid, type SecretHash } from "../../../domain/Ids.ts"
import { AccountVisit } from "../../../domain/Interaction.ts"
import { defaultLanguage, type Language } from "../../../domain/Language.ts"
import { CredentialId } from "../../../domain/Passkey.ts"
import { accountPaths, passwordPaths } from "../../../domain/PagePath.ts"
import { ResetLink } from "../../../domain/PasswordReset.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Consents } from "../../storage/Consents.ts"
import { Passkeys } from "../../storage/Passkeys.ts"
import { retried } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { oversees } from "../admin/Oversees.ts"
import { letterLink } from "../letters/LetterLink.ts"
import { postLetter } from "../letters/PostLetter.ts"
import { drawAttempt, drawSecret, hashSecret } from "../Secrets.ts"
import { InvalidField } from "./Refusals.ts"
import { findUser } from "./ShowUser.ts"

export const listSessions = Effect.fn("ListSessions")(function* (who: string) {
  const { id } = yield* findUser(who)
  return { sessions: yield* retried(Sessions.list)(id) }
})

/** Ends one session, or says that none lived. */
export const endSession = Effect.fn("EndSession")(function* (who: string, name: string) {
  const sid = yield* Schema.decodeUnknownEffect(Sid)(name).pipe(
    Effect.mapError(() => new InvalidField({ field: "sid", message: "sid: it is not the name of a session." }))
  )
  const { id } = yield* findUser(who)
  const attempt = yield* drawAttempt
  return { sessionsEnded: yield* retried(Sessions.endMany)({ attempt, userId: id, which: { sids: [sid] } }) }
})

export const listConsents = Effect.fn("ListConsents")(function* (who: string) {
  const { id } = yield* findUser(who)
  return { consents: yield* retried(Consents.list)(id) }
})

export const listPasskeys = Effect.fn("ListPasskeys")(function* (who: string) {
  const { id } = yield* findUser(who)
  const passkeys = yield* retried(Passkeys.list)(id)
  return { passkeys: passkeys.map(({ credentialId, name, createdAt }) => ({ credentialId, name, createdAt })) }
})

/** Even the last: somebody who lost it may be helped in another way. */
export const removePasskeyOf = Effect.fn("RemovePasskeyOf")(function* (who: string, credential: string) {
  const credentialId = yield* Schema.decodeUnknownEffect(CredentialId)(credential).pipe(
    Effect.mapError(() => new InvalidField({ field: "credential", message: "credential: it is no credential's id." }))
  )
  const user = yield* findUser(who)
  yield* oversees(user)
  yield* retried(Passkeys.remove)({ userId: user.id, credentialId, by: null, byLetter: true }).pipe(
    // It is asked of no session, and the last may go.
    Effect.catchTag("PasskeysKept", Effect.die)
  )
})

/** A letter to the user's address with a link that sets a password. */
export const sendResetLetter = Effect.fn("SendResetLetter")(function* (
  who: string,
  language: Language = defaultLanguage
) {
  const { lifetimes, mail } = yield* ProviderConfig
  const user = yield* findUser(who)
  const to = user.profile.email
  if (!mail) return yield* new InvalidField({ field: "user", message: "This provider sends no letters." })
  if (to === undefined) return yield* new InvalidField({ field: "user", message: `${who} has no e-mail address.` })
  // Nobody's browser asked for it: whoever opens the link goes on to their own account.
  const asker: SecretHash = yield* hashSecret(yield* drawSecret)
  const link = new ResetLink({
    userId: user.id,
    replaces: yield* hashSecret(user.passwordHash ?? ""),
    address: yield* hashSecret(to),
    asker,
    request: new AccountVisit({ path: accountPaths.profile }),
    subject: null,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.passwordReset
  })
  const letter = { _tag: "ResetLetter", link: yield* letterLink(passwordPaths.reset, link) } as const
  yield* postLetter({ to, language, letter })
})
