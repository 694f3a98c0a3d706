/**
 * Posting a letter to somebody, or to nobody. OWASP ASVS 5.0 §6.3.8 (no enumeration); docs/decisions/0020-mail.md.
 *
 * To nobody costs the same, takes the same calls and puts a message of the same size into the queue, so a flow that
 * must not tell whether there is such a person does the same for both.
 */
import { Clock, Effect } from "effect"
import { envelope, type Letter, lifeOf } from "../../../domain/Letter.ts"
import type { Language } from "../../../domain/Language.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { Letters } from "../../storage/Letters.ts"
import { retried } from "../../storage/Retry.ts"
import { drawLetterId } from "../Secrets.ts"

export interface Posting {
  /** An e-mail address; null for nobody. */
  readonly to: string | null
  /** Of whoever asked. */
  readonly language: Language
  readonly letter: Letter
}

/** Returns when the queue has the letter. It is sent within seconds, and tried again while the mail server is down. */
export const postLetter = Effect.fn("PostLetter")(function* ({ language, letter, to }: Posting) {
  const { lifetimes } = yield* ProviderConfig
  const expiresAt = (yield* Clock.currentTimeMillis) + lifeOf(letter, lifetimes)
  const id = yield* drawLetterId
  const sealed = yield* Sealer.use((sealer) => sealer.seal("letter", envelope({ to, language, letter, expiresAt })))
  yield* retried(Letters.post)({ id, sealed })
})
