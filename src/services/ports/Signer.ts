/** Making and checking JWTs, and making keys for them. RFC 7515, RFC 7519. */
import { Context, type Effect, type Option } from "effect"
import type { SigningAlg } from "../../domain/ClientMetadata.ts"
import type { PublicJwk, SigningKey } from "../../domain/SigningKey.ts"

/** A new key pair; the private half as a JWK that is sealed at once. */
export interface NewKey {
  readonly kid: string
  readonly publicJwk: PublicJwk
  readonly privateJwk: unknown
}

/** A verified token: its type, and its claims as they are. Whether it has expired is not judged here. */
export interface Verified {
  readonly typ: string | undefined
  readonly claims: unknown
}

export class Signer extends Context.Service<
  Signer,
  {
    readonly generate: (alg: SigningAlg) => Effect.Effect<NewKey>
    /** Signs claims as a compact JWS with `kid`, `alg` and `typ` in its header. */
    readonly sign: (key: SigningKey, typ: string, claims: Readonly<Record<string, unknown>>) => Effect.Effect<string>
    /**
     * The token, if one of these keys signed it: chosen by `kid`, with that key's own algorithm. Header parameters that
     * bring keys of their own (`jwk`, `jku`, `x5u`) are not looked at; an unknown `crit` is refused.
     */
    readonly verify: (keys: ReadonlyArray<SigningKey>, token: string) => Effect.Effect<Option.Option<Verified>>
  }
>()("hapax/ports/Signer") {}
