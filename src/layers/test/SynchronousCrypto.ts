/**
 * The ports of cryptography, synchronous and without chance: for tests that run a flow a million times over.
 *
 * The digest is SHA-256 itself. Sealing and signing are an HMAC over the text, under keys that stand in this file: they
 * protect nothing, and keep what a flow relies on (another purpose, another key or a changed text is refused). What
 * production does instead, with jose, is asynchronous, and is tested over HTTP.
 */
import { createHash, createHmac } from "node:crypto"
import { Effect, Layer, Option, type Random } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { equal } from "../../domain/ConstantTime.ts"
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
        return { kid, publicJwk: { kty: alg === "RS256" ? "RSA" : "EC" }, privateJwk: { kid } }
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

/** A stream of bytes that is the same for the same seed, for as long as it is: xorshift, and no secret to anybody. */
export class RandomStream {
  private state: number

  constructor(seed: string) {
    this.state = 0
    this.restart(seed)
  }

  restart(seed: string): void {
    let hash = 2_166_136_261
    for (let index = 0; index < seed.length; index++) hash = Math.imul(hash ^ seed.charCodeAt(index), 16_777_619)
    // A state of zero would stay zero.
    this.state = hash | 1
  }

  /** The next 32 bits, as an unsigned integer. */
  next(): number {
    let state = this.state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.state = state
    return Math.imul(state, 2_654_435_769) >>> 0
  }

  /** An integer from 0 up to `end`, which it never is. */
  below(end: number): number {
    return this.next() % end
  }

  bytes(size: number): Uint8Array {
    const made = new Uint8Array(size)
    for (let index = 0; index < size; index += 4) {
      const word = this.next()
      made[index] = word
      if (index + 1 < size) made[index + 1] = word >>> 8
      if (index + 2 < size) made[index + 2] = word >>> 16
      if (index + 3 < size) made[index + 3] = word >>> 24
    }
    return made
  }
}

/** The provider's randomness, of a stream: the same in every run. */
export const secureRandomOf = (stream: RandomStream): SecureRandom.SecureRandom["Service"] =>
  SecureRandom.make((size) => stream.bytes(size))

/** The chance of what is no secret (the jitter of a retry), of a stream. */
export const randomOf = (stream: RandomStream): Random.Random => ({
  nextIntUnsafe: () => stream.next(),
  nextDoubleUnsafe: () => stream.next() / 4_294_967_296
})
