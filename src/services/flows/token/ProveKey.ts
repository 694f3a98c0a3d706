/** The key that a request proves, by its DPoP proof. RFC 9449 §4.3, §5, §7. */
import { Clock, Effect, Option, Result } from "effect"
import { Base64Url } from "effect/encoding"
import type { ClientAlg } from "../../../domain/ClientMetadata.ts"
import { judge, onlyProof, proofAlgs, type ProofDefect, type ShownProof } from "../../../domain/Dpop.ts"
import type { Jkt } from "../../../domain/Ids.ts"
import { InvalidDpopProof, UseDpopNonce } from "../../../domain/OAuthError.ts"
import { JwtVerifier } from "../../ports/JwtVerifier.ts"
import { goodNonces } from "./DpopNonce.ts"
import { useOnce } from "../ReplayId.ts"
import { sha256 } from "../Secrets.ts"

export interface Proving {
  /** Whether a request without a proof is refused. */
  readonly required: boolean
  /** What it may be signed with; null for all that is known (`ClientRules.clientAlgs`). */
  readonly algs: ReadonlyArray<ClientAlg> | null
  /** The access token that came with the proof, and the key it is bound to. §7.1. */
  readonly token?: { readonly text: string; readonly jkt: Jkt }
}

/** A key that its owner proved, and how. */
export interface ProvenKey {
  readonly jkt: Jkt
  readonly alg: ClientAlg
}

/** What the client is told of a proof that is not good: what is wrong with it is no secret to whoever made it. */
export const refused = (defect: ProofDefect) =>
  defect === "nonce"
    ? new UseDpopNonce({ error_description: "the DPoP proof must carry the nonce of the DPoP-Nonce header" })
    : new InvalidDpopProof({ error_description: `the DPoP proof is not valid: ${defect}`, reason: defect })

/**
 * The proven key; undefined for a request that shows no proof, where none is required. The proof is used up by this, so
 * that it opens nothing a second time, and by nothing less than a proof in which everything is right (§11.1).
 */
export const proveKey = Effect.fn("ProveKey")(function* (shown: ShownProof, proving: Proving) {
  if (shown.proofs.length === 0 && !proving.required) return undefined
  const text = yield* Effect.fromResult(Result.mapError(onlyProof(shown.proofs), refused))
  const verifier = yield* JwtVerifier
  const decoded = Option.getOrUndefined(yield* verifier.decode(text))
  if (decoded === undefined) return yield* refused("malformed")
  const demands = {
    ...shown,
    algs: proving.algs ?? proofAlgs,
    ath: proving.token === undefined ? undefined : Base64Url.encode(yield* sha256(proving.token.text)),
    nonces: yield* goodNonces(),
    now: yield* Clock.currentTimeMillis
  }
  const { alg, expiresAt, jti, jwk } = yield* Effect.fromResult(Result.mapError(judge(decoded, demands), refused))
  const jkt = Option.getOrUndefined(yield* verifier.thumbprint(jwk))
  if (jkt === undefined) return yield* refused("jwk")
  if (!(yield* verifier.verify(text, jwk, alg))) return yield* refused("signature")
  if (proving.token !== undefined && proving.token.jkt !== jkt) return yield* refused("key")
  yield* useOnce({ kind: "dpop_jti", owner: jkt, jti, expiresAt }).pipe(
    Effect.catchTag("TicketRefused", () => Effect.fail(refused("replayed")))
  )
  const proven: ProvenKey = { jkt, alg }
  return proven
})
