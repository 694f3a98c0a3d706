/** A client's secret: drawn or given, stored as a salted digest, shown once. RFC 6749 §2.3.1, Appendix A.2. */
import { Effect, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import type { StoredSecret } from "../../../domain/Client.ts"
import { digestOf } from "../AuthenticateClient.ts"
import { drawSecret } from "../Secrets.ts"
import { InvalidField } from "./Refusals.ts"

/** A secret to store, and to show if it was drawn: whoever gave one knows it. */
export interface MadeSecret {
  readonly stored: StoredSecret
  readonly shown: Redacted.Redacted | null
}

/** Characters. Shorter than this, a given secret may be guessable once its digest is stolen. */
const advisable = 22

/** The given secret, or one of 256 random bits. */
export const makeSecret = Effect.fnUntraced(function* (given: Redacted.Redacted | undefined) {
  // It is stored as a fast digest, which only a secret that cannot be guessed makes safe. How short it may be is the
  // operator's choice, down to what clients in the wild come with.
  if (given !== undefined && !/^[\x20-\x7e]{8,255}$/.test(Redacted.value(given))) {
    const message = "The secret must have 8 to 255 printable ASCII characters; leave it out to have one drawn."
    return yield* new InvalidField({ field: "client_secret", message })
  }
  if (given !== undefined && Redacted.value(given).length < advisable) {
    yield* Effect.logWarning(`a client secret has fewer than ${advisable} characters: leave it out to have one drawn`)
  }
  const secret = given ?? Redacted.make(yield* drawSecret)
  const salt = Base64Url.encode(yield* SecureRandom.SecureRandom.use((source) => source.randomBytes(16)))
  const stored: StoredSecret = { salt, digest: yield* digestOf(salt, secret) }
  const made: MadeSecret = { stored, shown: given === undefined ? secret : null }
  return made
})
