/** A client's secrets: drawn or given, stored as salted digests, shown once. RFC 6749 §2.3.1, Appendix A.2. */
import { Clock, Effect, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { type Client, liveSecrets, type StoredSecret } from "../../../domain/Client.ts"
import type { ClientMetadata } from "../../../domain/ClientMetadata.ts"
import { digestOf } from "../client/AuthenticateClient.ts"
import { sealSecret } from "../client/SealedSecret.ts"
import { drawSecret } from "../Secrets.ts"
import { InvalidField } from "./Refusals.ts"

type Method = Pick<ClientMetadata, "token_endpoint_auth_method" | "token_endpoint_auth_signing_alg">

/** The secrets of a client, and the new one if one was drawn: whoever gave one knows it. */
export interface MadeSecrets {
  readonly secrets: ReadonlyArray<StoredSecret>
  readonly made: boolean
  readonly shown: Redacted.Redacted | null
}

/** How the secrets of a client are to change. */
export interface SecretChange {
  /** `replace`: the old one stops working at once, or when `keepOldFor` is over. `add`: at the next change. */
  readonly newSecret?: "replace" | "add"
  /** Milliseconds. */
  readonly keepOldFor?: number
  readonly secret?: Redacted.Redacted
}

/** Characters. Shorter than this, a given secret may be guessable: 22 of base64url are 128 bits. */
const advisable = 22

const none: MadeSecrets = { secrets: [], made: false, shown: null }

/** The first secret of a client: the given one, or one that is drawn; none if it does not authenticate by one. */
export const firstSecret = Effect.fnUntraced(function* (method: Method, given: Redacted.Redacted | undefined) {
  if (!keepsSecret(method)) return given === undefined ? none : yield* cannotKeep(method)
  return yield* makeSecret(method, given)
})

/** The secrets after a change: at most two, the newest and the one that it takes over from. */
export const secretsAfter = Effect.fnUntraced(function* (before: Client, method: Method, change: SecretChange) {
  const { keepOldFor, newSecret, secret } = change
  const asked = newSecret !== undefined || keepOldFor !== undefined || secret !== undefined
  if (!keepsSecret(method)) return asked ? yield* cannotKeep(method) : none
  if (keepOldFor !== undefined && keepOldFor < 1) {
    return yield* refused("The old secret can be kept for a time that is at least one millisecond.")
  }
  const now = yield* Clock.currentTimeMillis
  const live = liveSecrets(before, now).map((stored) => (signs(method) ? stored : unsealed(stored)))
  // A secret of which the digest alone is kept cannot sign, so a client that is to sign with one gets another.
  const [newest] = signs(method) ? live.filter(({ sealed }) => sealed !== undefined) : live
  if (!asked && newest !== undefined) return { secrets: live, made: false, shown: null }
  const made = yield* makeSecret(method, secret)
  const keeps = newSecret === "add" || keepOldFor !== undefined
  const old = (keeps ? live.slice(0, 1) : []).map((stored) => endingAfter(stored, keepOldFor, now))
  return { ...made, secrets: [...made.secrets, ...old] }
})

const keepsSecret = ({ token_endpoint_auth_method: method }: Method): boolean => method.startsWith("client_secret_")

const signs = ({ token_endpoint_auth_method: method }: Method): boolean => method === "client_secret_jwt"

const refused = (message: string) => new InvalidField({ field: "client_secret", message })

const cannotKeep = ({ token_endpoint_auth_method: method }: Method) =>
  refused(
    method === "none"
      ? "A public client (token_endpoint_auth_method is none) cannot keep a secret."
      : `A client that authenticates by ${method} has no secret.`
  )

const unsealed = ({ sealed: _, ...stored }: StoredSecret): StoredSecret => stored

/** No longer than it would have worked anyway. */
const endingAfter = (stored: StoredSecret, time: number | undefined, now: number): StoredSecret =>
  time === undefined ? stored : { ...stored, expiresAt: Math.min(now + time, stored.expiresAt ?? Infinity) }

/** The given secret, or one of 256 random bits, twice that where it signs: every algorithm has enough of it. */
const makeSecret = Effect.fnUntraced(function* (method: Method, given: Redacted.Redacted | undefined) {
  // It is stored as a fast digest, which only a secret that cannot be guessed makes safe. How short it may be is the
  // operator's choice, down to what clients in the wild come with.
  if (given !== undefined && !/^[\x20-\x7e]{8,255}$/.test(Redacted.value(given))) {
    return yield* refused("The secret must have 8 to 255 printable ASCII characters; leave it out to have one drawn.")
  }
  const needed = bytesToSign(method)
  if (given !== undefined && Redacted.value(given).length < needed) {
    return yield* refused(
      `A secret that signs must have ${needed} characters or more (RFC 7518 §3.2); leave it out to have one drawn.`
    )
  }
  const isShort = given !== undefined && Redacted.value(given).length < advisable
  if (isShort) {
    yield* Effect.logWarning(`a client secret has fewer than ${advisable} characters: leave it out to have one drawn`)
  }
  const drawn = signs(method) ? `${yield* drawSecret}${yield* drawSecret}` : yield* drawSecret
  const secret = given ?? Redacted.make(drawn)
  const salt = Base64Url.encode(yield* SecureRandom.SecureRandom.use((source) => source.randomBytes(16)))
  const stored: StoredSecret = {
    salt,
    digest: yield* digestOf(salt, secret),
    ...(isShort ? { guessable: true as const } : {}),
    ...(signs(method) ? { sealed: yield* sealSecret(secret) } : {})
  }
  const result: MadeSecrets = { secrets: [stored], made: true, shown: given === undefined ? secret : null }
  return result
})

/** As many as the hash has: fewer could be found from one assertion by trying. RFC 7518 §3.2. */
const bytesToSign = (method: Method): number =>
  signs(method) ? Number((method.token_endpoint_auth_signing_alg ?? "HS256").slice(2)) / 8 : 0
