/** Checking the JWTs of clients with jose. The algorithm is the one asked for, never the token's (RFC 8725 §3.1). */
import { Effect, Layer, Option, Redacted, Schema } from "effect"
import {
  calculateJwkThumbprint,
  compactVerify,
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  type JWK
} from "jose"
import { Jkt } from "../../domain/Ids.ts"
import { type JsonWebKey, JwtVerifier } from "../../services/ports/JwtVerifier.ts"

const encoder = new TextEncoder()

/** What of a key is used: its public part, whatever else somebody put into it. RFC 7518 §6, RFC 8037 §2. */
const members = ["kty", "n", "e", "crv", "x", "y"]

const publicPart = (key: JsonWebKey): JWK =>
  Object.fromEntries(members.filter((name) => typeof key[name] === "string").map((name) => [name, key[name]])) as JWK

const isVerified = (verify: () => Promise<unknown>) =>
  Effect.tryPromise(verify).pipe(
    Effect.as(true),
    Effect.orElseSucceed(() => false)
  )

export const JwtVerifierJose = Layer.succeed(JwtVerifier, {
  decode: (token) =>
    Effect.sync(() =>
      Option.all({
        header: Option.liftThrowable(decodeProtectedHeader)(token) as Option.Option<Record<string, unknown>>,
        claims: Option.liftThrowable(decodeJwt)(token) as Option.Option<Record<string, unknown>>
      })
    ),
  verify: (token, key, alg) =>
    isVerified(async () => {
      if (key["kty"] === "oct" || alg.startsWith("HS")) throw new TypeError("not a public key")
      const imported = (await importJWK(publicPart(key), alg)) as CryptoKey
      await compactVerify(token, imported, { algorithms: [alg] })
    }),
  verifyWithSecret: (token, secret, alg) =>
    isVerified(async () => {
      if (!alg.startsWith("HS")) throw new TypeError("not a shared secret's algorithm")
      await compactVerify(token, encoder.encode(Redacted.value(secret)), { algorithms: [alg] })
    }),
  thumbprint: (key) =>
    Effect.tryPromise(() => calculateJwkThumbprint(publicPart(key), "sha256")).pipe(
      Effect.option,
      Effect.map(Option.flatMap(Schema.decodeUnknownOption(Jkt)))
    )
})
