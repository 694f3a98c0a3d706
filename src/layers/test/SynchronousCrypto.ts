/**
 * The ports of cryptography, synchronous and without chance: for tests that run a flow a million times over.
 *
 * The digest is SHA-256 itself. Sealing and signing are an HMAC over the text, under keys that stand in this file: they
 * protect nothing, and keep what a flow relies on (another purpose, another key or a changed text is refused). What
 * production does instead, with jose, is asynchronous, and is tested over HTTP.
 */
import { createHash, createHmac } from "node:crypto"
import { Effect, Layer, Option, Redacted, Schema } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { equal } from "../../domain/ConstantTime.ts"
import { Jkt } from "../../domain/Ids.ts"
import { kinds } from "../../domain/PublicKey.ts"
import { type JsonWebKey, JwtVerifier } from "../../services/ports/JwtVerifier.ts"
import { Sealer } from "../../services/ports/Sealer.ts"
import { Signer } from "../../services/ports/Signer.ts"

/** Remembers what a pure function answered: a schedule differs from the one before it in little but its order. */
const remembering = (compute: (text: string) => string): ((text: string) => string) => {
  const memory = new Map<string, string>()
  return (text) => {
    const known = memory.get(text)
    if (known !== undefined) return known
    // Bounded, so that a search through millions of schedules does not end in a full memory.
    if (memory.size >= 20_000) memory.clear()
    const computed = compute(text)
    memory.set(text, computed)
    return computed
  }
}

const sha256 = remembering((data) => createHash("sha256").update(data, "latin1").digest("binary"))

const computeDigest = (algorithm: Digest.Algorithm, data: Uint8Array): Uint8Array => {
  if (algorithm.name !== "SHA-256") return new Uint8Array(createHash(algorithm.name).update(data).digest())
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1")
  return new Uint8Array(Buffer.from(sha256(text), "latin1"))
}

export const DigestSynchronous = Layer.succeed(Digest.Digest, {
  digest: (algorithm, data) => Effect.sync(() => computeDigest(algorithm, data)),
  digestHex: (algorithm, data) => Effect.sync(() => Buffer.from(computeDigest(algorithm, data)).toString("hex"))
})

const hmac = remembering((text) => createHmac("sha256", "for tests only").update(text).digest("base64url"))

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")
const decoded = (text: string): unknown => JSON.parse(Buffer.from(text, "base64url").toString())

export const SealerSynchronous = Layer.succeed(Sealer, {
  seal: (purpose, value) =>
    Effect.sync(() => {
      const body = encoded(value)
      return `${body}.${hmac(`seal/${purpose}/${body}`)}`
    }),
  open: (purpose, sealed) =>
    Effect.sync(() => {
      const [body = "", tag = ""] = sealed.split(".")
      return equal(tag, hmac(`seal/${purpose}/${body}`)) ? Option.some(decoded(body)) : Option.none()
    }),
  tag: (purpose, text) => Effect.sync(() => hmac(`tag/${purpose}/${text}`))
})

/** A key is its `kid`: whoever knows the ring can sign, which is what a test wants and nobody else. */
export const SignerSynchronous = Layer.succeed(Signer, {
  generate: (alg) =>
    // Of the stream of whoever asks, which no type can say: a Signer needs nothing.
    Effect.serviceOption(SecureRandom.SecureRandom).pipe(
      Effect.flatMap(Option.match({ onNone: () => Effect.die("no randomness"), onSome: (it) => it.randomBytes(12) })),
      Effect.map((bytes) => {
        const kid = `${alg}-${Buffer.from(bytes).toString("base64url")}`
        return { kid, publicJwk: { kty: kinds[alg].kty }, privateJwk: { kid } }
      })
    ),
  sign: (key, typ, claims) =>
    Effect.sync(() => {
      const body = `${encoded({ alg: key.alg, kid: key.kid, typ })}.${encoded(claims)}`
      return `${body}.${hmac(`sign/${key.kid}/${body}`)}`
    }),
  verify: (keys, token) =>
    Effect.sync(() => {
      const [header = "", claims = "", signature = ""] = token.split(".")
      const key = keys.find(({ kid }) => equal(signature, hmac(`sign/${kid}/${header}.${claims}`)))
      if (key === undefined) return Option.none()
      const { typ } = decoded(header) as { readonly typ?: string }
      return Option.some({ typ, claims: decoded(claims) })
    })
})

const members = ["crv", "e", "kty", "n", "x", "y"]

const thumbprintOf = (key: JsonWebKey): string =>
  createHash("sha256")
    .update(JSON.stringify(members.map((name) => key[name])))
    .digest("base64url")

/** A JWT that a client signs with a key of its own, as `JwtVerifierSynchronous` believes it. */
export const signAs = (
  key: JsonWebKey,
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>
): string => {
  const body = `${encoded(header)}.${encoded(claims)}`
  return `${body}.${hmac(`client/${thumbprintOf(key)}/${body}`)}`
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isSignedBy = (token: string, signer: string, alg: string): boolean => {
  const [header = "", claims = "", signature = ""] = token.split(".")
  return equal(signature, hmac(`${signer}/${header}.${claims}`)) && (decoded(header) as { alg?: string }).alg === alg
}

/** Whoever knows a client's public key can sign as the client: what a test wants, and nobody else. */
export const JwtVerifierSynchronous = Layer.succeed(JwtVerifier, {
  decode: (token) =>
    Effect.sync(() =>
      Option.liftThrowable(() => {
        const [header = "", claims = "", ...signature] = token.split(".")
        return { header: decoded(header), claims: signature.length === 1 ? decoded(claims) : undefined }
      })().pipe(Option.filter((jwt): jwt is Shown => isObject(jwt.header) && isObject(jwt.claims)))
    ),
  verify: (token, key, alg) => Effect.sync(() => isSignedBy(token, `client/${thumbprintOf(key)}`, alg)),
  verifyWithSecret: (token, secret, alg) =>
    Effect.sync(() => isSignedBy(token, `secret/${Redacted.value(secret)}`, alg)),
  thumbprint: (key) => Effect.succeed(Schema.decodeUnknownOption(Jkt)(thumbprintOf(key)))
})

interface Shown {
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
}
