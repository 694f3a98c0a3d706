/** Who is asking at the endpoints that clients call. RFC 6749 §2.3, RFC 7521 §4.2, RFC 9700 §2.5. */
import { Clock, Effect, Redacted } from "effect"
import { Digest } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { type Client, isPublic, liveSecrets, type StoredSecret } from "../../domain/Client.ts"
import type { AuthMethod } from "../../domain/ClientMetadata.ts"
import { mayAuthenticateBy } from "../../domain/ClientRules.ts"
import { equal } from "../../domain/ConstantTime.ts"
import { InvalidClient } from "../../domain/OAuthError.ts"
import { readAssertion, refusalOf, type ShownAssertion } from "./ClientAssertions.ts"
import { namedClient } from "./NamedClient.ts"

/** A client's name, and its secret if it showed one. */
export interface ShownSecret {
  readonly method: Exclude<AuthMethod, "client_secret_jwt" | "private_key_jwt">
  readonly clientId: string
  readonly secret: Redacted.Redacted
  /** The secret of a Basic header before form-decoding, where that makes a difference: many clients do not encode. */
  readonly unencoded?: Redacted.Redacted
}

/** What a client showed, and how. */
export type Credentials = ShownSecret | ShownAssertion

const encoder = new TextEncoder()

/** How a client secret is stored: SHA-256 over salt and secret. A client secret is random, so this is enough. */
export const digestOf = (salt: string, secret: Redacted.Redacted) =>
  Digest.Digest.use((digest) =>
    Effect.map(digest.digest(Digest.sha256, encoder.encode(`${salt}.${Redacted.value(secret)}`)), Base64Url.encode)
  )

/** Compared with when there is nothing to compare with, so that an unknown client takes as long as a known one. */
const decoy: StoredSecret = { salt: "AAAAAAAAAAAAAAAAAAAAAA", digest: "A".repeat(43) }

/** The client, if it is who it says it is. What is wrong is told to the log alone: the answer is always the same. */
export const authenticateClient = Effect.fn("AuthenticateClient")(function* (credentials: Credentials) {
  return yield* credentials.method === "assertion" ? byAssertion(credentials) : bySecret(credentials)
})

const refused = (reason: InvalidClient["reason"], { method }: Credentials) =>
  new InvalidClient({
    error_description: "client authentication failed",
    reason,
    basic: method === "client_secret_basic"
  })

const bySecret = Effect.fnUntraced(function* (credentials: ShownSecret) {
  const client = yield* namedClient(credentials.clientId)
  const { secret, unencoded = secret } = credentials
  const known = yield* isKnown(client, [secret, unencoded])
  if (client === null) return yield* refused("unknown", credentials)
  if (!mayAuthenticateBy(client, credentials.method)) return yield* refused("method", credentials)
  return isPublic(client) || known ? client : yield* refused("secret", credentials)
})

/** Compares with every secret of the client (there may be two while one is replaced), at least with one. */
export const isKnown = Effect.fnUntraced(function* (
  client: Client | null,
  presented: ReadonlyArray<Redacted.Redacted>
) {
  const live = client === null ? [] : liveSecrets(client, yield* Clock.currentTimeMillis)
  const pairs = (live.length === 0 ? [decoy] : live).flatMap((one) => presented.map((secret) => ({ ...one, secret })))
  const results = yield* Effect.forEach(pairs, ({ digest, salt, secret }) =>
    Effect.map(digestOf(salt, secret), (made) => equal(made, digest))
  )
  return live.length > 0 && results.includes(true)
})

const byAssertion = Effect.fnUntraced(function* (credentials: ShownAssertion) {
  const shown = yield* readAssertion(credentials)
  if (shown === undefined) return yield* refused("malformed", credentials)
  const client = yield* namedClient(shown.clientId)
  const refusal = yield* refusalOf(client, shown)
  return client === null || refusal !== undefined ? yield* refused(refusal ?? "unknown", credentials) : client
})
