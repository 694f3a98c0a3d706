/** Signing and verifying JWTs with jose. RFC 7515; the algorithm is the key's, never the token's (RFC 8725 §3.1). */
import { Effect, Layer, Option, Schema } from "effect"
import {
  calculateJwkThumbprint,
  CompactSign,
  compactVerify,
  type CryptoKey,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK
} from "jose"
import type { SigningKey } from "../../domain/SigningKey.ts"
import { Sealer } from "../../services/ports/Sealer.ts"
import { Signer } from "../../services/ports/Signer.ts"

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** RSA keys of 2048 bits at least (RFC 7518 §3.3). */
const keySize = {
  RS256: { modulusLength: 2048 },
  PS256: { modulusLength: 2048 },
  ES256: {},
  EdDSA: { crv: "Ed25519" }
} as const

/** The public members of a key, by type; nothing else of it is ever published. RFC 7518 §6. */
const publicMembers: Readonly<Record<string, ReadonlyArray<string>>> = {
  RSA: ["kty", "n", "e"],
  EC: ["kty", "crv", "x", "y"],
  OKP: ["kty", "crv", "x"]
}

const publicJwkOf = (jwk: JWK) =>
  Object.fromEntries(
    (publicMembers[jwk.kty ?? ""] ?? []).map((name) => [name, String((jwk as Record<string, unknown>)[name])])
  )

const JwkText = Schema.Record(Schema.String, Schema.Unknown)

export const SignerJose: Layer.Layer<Signer, never, Sealer> = Layer.effect(
  Signer,
  Sealer.use((sealer) =>
    Effect.sync(() => {
      // Values that requests of one isolate may share: a key, once imported, is only read.
      const privateKeys = new Map<string, CryptoKey>()
      const publicKeys = new Map<string, CryptoKey>()

      const imported = Effect.fnUntraced(function* (memory: Map<string, CryptoKey>, key: SigningKey, jwk: JWK) {
        const known = memory.get(key.kid)
        if (known !== undefined) return known
        const made = (yield* Effect.promise(() => importJWK(jwk, key.alg))) as CryptoKey
        memory.set(key.kid, made)
        return made
      })

      const privateKey = Effect.fnUntraced(function* (key: SigningKey) {
        const known = privateKeys.get(key.kid)
        if (known !== undefined) return known
        const opened = Option.getOrUndefined(yield* sealer.open("signing-key", key.sealedPrivateJwk))
        const jwk = Schema.decodeUnknownOption(JwkText)(opened)
        // The secret is not the one the key was sealed under: nothing can be signed, and an operator must know.
        if (Option.isNone(jwk)) return yield* Effect.die(`signing key ${key.kid} does not open under HAPAX_SECRET`)
        return yield* imported(privateKeys, key, jwk.value as JWK)
      })

      return {
        generate: (alg) =>
          Effect.promise(async () => {
            const pair = await generateKeyPair(alg, { ...keySize[alg], extractable: true })
            const privateJwk = await exportJWK(pair.privateKey)
            const publicJwk = publicJwkOf(privateJwk)
            return { kid: await calculateJwkThumbprint(publicJwk), publicJwk, privateJwk }
          }),
        sign: (key, typ, claims) =>
          Effect.flatMap(privateKey(key), (secret) =>
            Effect.promise(() =>
              new CompactSign(encoder.encode(JSON.stringify(claims)))
                .setProtectedHeader({ alg: key.alg, kid: key.kid, typ })
                .sign(secret)
            )
          ),
        verify: Effect.fnUntraced(function* (keys, token) {
          const header = Option.liftThrowable(decodeProtectedHeader)(token)
          const kid = Option.getOrUndefined(header)?.kid
          const key = keys.find((candidate) => candidate.kid === kid)
          if (key === undefined) return Option.none()
          const secret = yield* imported(publicKeys, key, key.publicJwk as JWK)
          return yield* Effect.option(
            Effect.tryPromise(async () => {
              const { payload, protectedHeader } = await compactVerify(token, secret, { algorithms: [key.alg] })
              return { typ: protectedHeader.typ, claims: JSON.parse(decoder.decode(payload)) as unknown }
            })
          )
        })
      }
    })
  )
)
