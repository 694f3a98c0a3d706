/** Reading and checking JWTs that others signed: assertions, request objects, proofs. RFC 7515, RFC 7519, RFC 7638. */
import { Context, type Effect, type Option, type Redacted } from "effect"
import type { ClientAlg } from "../../domain/ClientMetadata.ts"
import type { Jkt } from "../../domain/Ids.ts"
import type { UnverifiedJwt } from "../../domain/Jwt.ts"

export type JsonWebKey = Readonly<Record<string, unknown>>

export class JwtVerifier extends Context.Service<
  JwtVerifier,
  {
    /** None for anything that is not header and claims of a compact JWS, both JSON objects. */
    readonly decode: (token: string) => Effect.Effect<Option.Option<UnverifiedJwt>>
    /**
     * Whether this key, with exactly this algorithm, signed the token. False for a key that does not go with the
     * algorithm, a malformed key, an RSA key under 2048 bits, and an unknown `crit`. Never fails.
     */
    readonly verify: (token: string, key: JsonWebKey, alg: ClientAlg) => Effect.Effect<boolean>
    /** The same with a shared secret (HS256, HS384, HS512). */
    readonly verifyWithSecret: (token: string, secret: Redacted.Redacted, alg: ClientAlg) => Effect.Effect<boolean>
    /** The thumbprint of a public key; none for anything that is not one. RFC 7638. */
    readonly thumbprint: (key: JsonWebKey) => Effect.Effect<Option.Option<Jkt>>
  }
>()("hapax/ports/JwtVerifier") {}
