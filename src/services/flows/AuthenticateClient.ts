/** Who is asking at the token, introspection and revocation endpoints. RFC 6749 §2.3, RFC 9700 §2.5. */
import { Effect, Redacted, Schema } from "effect"
import { Digest } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import type { Client, StoredSecret } from "../../domain/Client.ts"
import type { AuthMethod } from "../../domain/ClientMetadata.ts"
import { isPublic, mayAuthenticateBy } from "../../domain/Client.ts"
import { equal } from "../../domain/ConstantTime.ts"
import { ClientId } from "../../domain/Ids.ts"
import { InvalidClient } from "../../domain/OAuthError.ts"
import { Clients } from "../storage/Clients.ts"
import { retried } from "../storage/Retry.ts"

/** What a client showed, and how. */
export interface Credentials {
  readonly method: AuthMethod
  readonly clientId: string
  readonly secret: Redacted.Redacted
  /** The secret of a Basic header before form-decoding, where that makes a difference: many clients do not encode. */
  readonly unencoded?: Redacted.Redacted
}

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
  const basic = credentials.method === "client_secret_basic"
  const refused = (reason: InvalidClient["reason"]) =>
    new InvalidClient({ error_description: "client authentication failed", reason, basic })
  const id = Schema.decodeUnknownOption(ClientId)(credentials.clientId)
  const client = id._tag === "None" ? null : yield* retried(Clients.find)(id.value)
  const { secret, unencoded = secret } = credentials
  const known = yield* isKnown(client, [secret, unencoded])
  if (client === null) return yield* refused("unknown")
  if (!mayAuthenticateBy(client, credentials.method)) return yield* refused("method")
  return isPublic(client) || known ? client : yield* refused("secret")
})

/** Compares with every secret of the client (there may be two while one is replaced), at least with one. */
const isKnown = Effect.fnUntraced(function* (client: Client | null, presented: ReadonlyArray<Redacted.Redacted>) {
  const stored = client === null || client.secrets.length === 0 ? [decoy] : client.secrets
  const pairs = stored.flatMap((one) => presented.map((secret) => ({ ...one, secret })))
  const results = yield* Effect.forEach(pairs, ({ digest, salt, secret }) =>
    Effect.map(digestOf(salt, secret), (made) => equal(made, digest))
  )
  return client !== null && client.secrets.length > 0 && results.includes(true)
})
