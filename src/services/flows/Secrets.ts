/** Drawing secrets and ids, and hashing them for storage. At least 128 random bits each (RFC 6749 §10.10). */
import { Effect } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import type { SigningAlg } from "../../domain/ClientMetadata.ts"
import {
  AccessTokenId,
  AttemptId,
  ClientId,
  ClientTokenId,
  GrantId,
  SecretHash,
  Sid,
  UserId
} from "../../domain/Ids.ts"
import { InitialTokenId } from "../../domain/InitialAccessToken.ts"
import type { Generations, Locator } from "../../domain/Locator.ts"
import { choose } from "../../domain/Locator.ts"
import { codeOf, codes, confirmationDraws, confirmationOf } from "../../domain/MailedLogin.ts"
import { letters, UserCode } from "../../domain/UserCode.ts"
import { CodeChallenge } from "../../domain/Pkce.ts"

const random = (bytes: number) =>
  SecureRandom.SecureRandom.use((source) => Effect.map(source.randomBytes(bytes), Base64Url.encode))

const encoder = new TextEncoder()

/** 256 random bits, as 43 characters. */
export const drawSecret = random(32)

/** Of what is hashed for others to compare; it is told with the hash. */
export const drawSalt = random(16)

export const drawAttempt = Effect.map(random(16), (text) => AttemptId.make(text))
export const drawClientId = Effect.map(random(16), (text) => ClientId.make(text))
export const drawLetterId = random(16)
export const drawInitialTokenId = Effect.map(random(16), (text) => InitialTokenId.make(`t${text}`))
export const drawSid = Effect.map(random(16), (text) => Sid.make(text))
export const drawGrantId = (home: Locator) => Effect.map(random(16), (text) => GrantId.make(`${home}.${text}`))
export const drawAccessTokenId = (grant: GrantId) =>
  Effect.map(random(12), (text) => AccessTokenId.make(`${grant}.${text}`))

/** An id in a random shard of the newest generation. */
const drawPlaced = (generations: Generations) =>
  SecureRandom.SecureRandom.use((source) =>
    Effect.map(
      Effect.all([source.intBetween(0, 0xffff_ffff), source.randomBytes(16)]),
      ([draw, bytes]) => `${choose(generations, draw)}.${Base64Url.encode(bytes)}`
    )
  )

export const drawUserId = (generations: Generations) => Effect.map(drawPlaced(generations), (id) => UserId.make(id))
export const drawTicketId = drawPlaced
export const drawClientTokenId = (generations: Generations) =>
  Effect.map(drawPlaced(generations), (id) => ClientTokenId.make(id))

/** A user code, each as likely as any other. RFC 8628 §6.1. */
export const drawUserCode = SecureRandom.SecureRandom.use((source) =>
  Effect.map(Effect.replicateEffect(source.intBetween(0, letters.length - 1), 8), (draws) =>
    UserCode.make(draws.map((draw) => letters.charAt(draw)).join(""))
  )
)

/** A code for a letter, each as likely as any other. NIST SP 800-63B §3.1.3.2. */
export const drawMailedCode = SecureRandom.SecureRandom.use((source) =>
  Effect.map(source.intBetween(0, codes - 1), codeOf)
)

/** What confirms a link in another browser, each as likely as any other. */
export const drawConfirmation = SecureRandom.SecureRandom.use((source) =>
  Effect.map(
    Effect.replicateEffect(source.intBetween(0, confirmationDraws.from - 1), confirmationDraws.count),
    confirmationOf
  )
)

const hash = (algorithm: Digest.Algorithm, text: string) =>
  Digest.Digest.use((digest) => digest.digest(algorithm, encoder.encode(text)))

export const sha256 = (text: string) => hash(Digest.sha256, text)

/** What storage sees of a secret. */
export const hashSecret = (secret: string) =>
  Effect.map(sha256(secret), (bytes) => SecretHash.make(Base64Url.encode(bytes)))

/** The S256 challenge of a verifier. RFC 7636 §4.2. */
export const challengeOf = (verifier: string) =>
  Effect.map(sha256(verifier), (bytes) => CodeChallenge.make(Base64Url.encode(bytes)))

/**
 * `at_hash` and its like: the left half of the hash that goes with the algorithm of the ID token. OIDC Core §3.1.3.6;
 * EdDSA is Ed25519 here, which hashes with SHA-512 (RFC 8032 §5.1).
 */
export const leftHalfHash = (alg: SigningAlg, text: string) =>
  Effect.map(hash(alg === "EdDSA" ? Digest.sha512 : Digest.sha256, text), (bytes) =>
    Base64Url.encode(bytes.slice(0, bytes.length / 2))
  )
