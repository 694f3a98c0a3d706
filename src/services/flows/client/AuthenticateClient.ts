/** Who is asking at the endpoints that clients call. RFC 6749 §2.3, RFC 7521 §4.2, RFC 9700 §2.5. */
import { Clock, Effect, Redacted } from "effect"
import { Digest } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { type Client, isPublic, liveSecrets, type StoredSecret } from "../../../domain/Client.ts"
import type { AuthMethod } from "../../../domain/ClientMetadata.ts"
import { mayAuthenticateBy } from "../../../domain/ClientRules.ts"
import { equal } from "../../../domain/ConstantTime.ts"
import { InvalidClient } from "../../../domain/OAuthError.ts"
import { admit } from "../limits/Admit.ts"
import { addressTag, nameTag } from "../audit/Failures.ts"
import { tell } from "../audit/Tell.ts"
import { readAssertion, refusalOf, type ShownAssertion } from "./ClientAssertions.ts"
import { countingWrong } from "../limits/ClientLimits.ts"
import { namedClient } from "./NamedClient.ts"

/** A client's name, and its secret if it showed one. */
export interface ShownSecret {
  readonly method: Exclude<AuthMethod, "client_secret_jwt" | "private_key_jwt">
  readonly clientId: string
  readonly secret: Redacted.Redacted
  /** The secret of a Basic header before form-decoding, where that makes a difference: many clients do not encode. */
  readonly unencoded?: Redacted.Redacted
  /** The network that it was sent from, as it is counted. */
  readonly address?: string | undefined
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

/**
 * The client, if it is who it says it is; `TooMany` if it was wrong too often. What is wrong is told to the log alone:
 * the answer is always the same.
 */
export const authenticateClient = Effect.fn("AuthenticateClient")(function* (credentials: Credentials) {
  const shown = credentials.method === "assertion" ? yield* readAssertion(credentials) : credentials
  if (shown === undefined) return yield* refused("malformed", credentials)
  const client = yield* namedClient(shown.clientId)
  const judge = shown.method === "assertion" ? refusalOf(client, shown) : judgeSecret(client, shown)
  const now = yield* Clock.currentTimeMillis
  const refusal = yield* countingWrong(judge, isWrong, { client, credentials, now })
  // Counted by then. That an assertion came twice is told by whoever finds it (`Ticket.spend`).
  if (refusal !== undefined && isWrong(refusal)) yield* tellClientRefused(client, shown, refusal)
  if (client === null || refusal !== undefined) return yield* refused(refusal ?? "unknown", credentials)
  // Anybody can say that they are a public client: to count for it would be to let them use up its requests.
  if (!isPublic(client)) yield* admit("client", client.id)
  return client
})

/** The same where a name alone is not enough: a public client cannot prove who it is. RFC 6749 §2.1. */
export const authenticateConfidentialClient = Effect.fnUntraced(function* (credentials: Credentials) {
  const client = yield* authenticateClient(credentials)
  if (!isPublic(client)) return client
  return yield* new InvalidClient({
    error_description: "client authentication is required",
    reason: "method",
    basic: credentials.method === "client_secret_basic"
  })
})

/** A client that there is not is known by a tag of its name: names that are made up are as long as they like. */
const tellClientRefused = Effect.fnUntraced(function* (
  client: Client | null,
  { address, clientId, method }: Pick<Credentials, "method" | "address"> & { readonly clientId: string },
  reason: string
) {
  const tags = { name: yield* nameTag(clientId), address: yield* addressTag(address) }
  const known = client === null ? {} : { clientId: client.id }
  yield* tell({ type: "client.refused", ...known, detail: { method, reason, ...tags } })
})

/** An assertion that comes twice was right once, and is no guess. */
const isWrong = (refusal: InvalidClient["reason"] | undefined): boolean =>
  refusal !== undefined && refusal !== "replayed"

const refused = (reason: InvalidClient["reason"], { method }: Credentials) =>
  new InvalidClient({
    error_description: "client authentication failed",
    reason,
    basic: method === "client_secret_basic"
  })

/** Why it does not stand for the client; undefined if it does. */
const judgeSecret = Effect.fnUntraced(function* (
  client: Client | null,
  { method, secret, unencoded = secret }: ShownSecret
) {
  const known = yield* isKnown(client, [secret, unencoded])
  if (client === null) return "unknown"
  if (!mayAuthenticateBy(client, method)) return "method"
  return isPublic(client) || known ? undefined : "secret"
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
