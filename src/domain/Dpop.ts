/**
 * Demonstrating proof of possession: what a request shows of a key, and whether it is about that request. RFC 9449 §4.
 *
 * Whether the key really signed it, and whether it was shown before, are not decided here.
 */
import { Result } from "effect"
import { type ClientAlg, KeyAlg } from "./ClientMetadata.ts"
import { isAhead } from "./ClockSkew.ts"
import { equal } from "./ConstantTime.ts"
import type { Jkt } from "./Ids.ts"
import { isTyped, type UnverifiedJwt } from "./Jwt.ts"
import { ofTheOwner } from "./PublicKey.ts"

/** The proofs of a request as they came, and what each of them has to be about. */
export interface ShownProof {
  /** The values of the `DPoP` header: one of them at most is right (§4.3). */
  readonly proofs: ReadonlyArray<string>
  /** The request's method, for `htm`. */
  readonly method: string
  /** The request's own address, for `htu`: the issuer's, whatever a proxy in front makes of it. */
  readonly uri: string
}

/** A request without a proof: whatever needs one refuses it. */
export const unproven: ShownProof = { proofs: [], method: "", uri: "" }

/** How an access token is presented, and what it is said to be: bound to a key, or good for whoever bears it. §7.1. */
export type TokenScheme = "Bearer" | "DPoP"

/** What an access token is: bound to this key, or to none. §5. */
export const tokenType = (jkt: Jkt | undefined): TokenScheme => (jkt === undefined ? "Bearer" : "DPoP")

/** All that a proof may be signed with: by a key whose public half can be shown. §4.2, §11.6. */
export const proofAlgs: ReadonlyArray<ClientAlg> = KeyAlg.literals

/** How long after it was made a proof is taken, in milliseconds: the way to us, and a clock that is behind. §11.1. */
export const proofLifetime = 90_000

/** How long one nonce is given out, in milliseconds; it is taken for as long again. §8. */
export const nonceTurn = 120_000

/** More is nobody's proof: a key of 16,384 bits fits. */
const maximumLength = 8_192

/** What a proof has to be about. */
export interface ProofDemands {
  readonly method: string
  readonly uri: string
  readonly algs: ReadonlyArray<ClientAlg>
  /** The hash of the access token that came with it, if one did. §4.2. */
  readonly ath: string | undefined
  /** The nonces of which it has to carry one; undefined where none is asked for. §8. */
  readonly nonces: ReadonlyArray<string> | undefined
  readonly now: number
}

/** A proof that is about its request, if its key signed it. */
export interface Proof {
  readonly alg: ClientAlg
  readonly jwk: Readonly<Record<string, unknown>>
  readonly jti: string
  /** From this moment (milliseconds) it is refused for its age. */
  readonly expiresAt: number
}

/** What is wrong with a proof: most are the name of the header or claim at fault. */
export type ProofDefect =
  | "missing"
  | "several"
  | "malformed"
  | "typ"
  | "alg"
  | "jwk"
  | "signature"
  | "jti"
  | "htm"
  | "htu"
  | "iat"
  | "ath"
  | "nonce"
  | "key"
  | "replayed"

/** The one proof of a request as text. Two headers are as wrong as one that is no compact JWS (§4.3, 1 and 2). */
export const onlyProof = ([proof, ...others]: ReadonlyArray<string>): Result.Result<string, ProofDefect> => {
  if (proof === undefined) return Result.fail("missing")
  if (others.length > 0) return Result.fail("several")
  const isCompact = proof.length <= maximumLength && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(proof)
  return isCompact ? Result.succeed(proof) : Result.fail("malformed")
}

/**
 * Whether a proof is about the request (§4.3, 3 to 11), in the order of the list there, the nonce last: whoever is told
 * to use one has everything else right. Claims that are not in the list, `exp` and `nbf` among them, say nothing.
 */
export const judge = ({ claims, header }: UnverifiedJwt, demands: ProofDemands): Result.Result<Proof, ProofDefect> => {
  const alg = demands.algs.find((known) => known === header["alg"])
  const { ath, htm, htu, iat, jti, nonce } = claims
  const jwk = header["jwk"]
  if (!isTyped(header["typ"], "dpop+jwt")) return Result.fail("typ")
  if (alg === undefined) return Result.fail("alg")
  if (!isPublicKey(jwk)) return Result.fail("jwk")
  if (typeof jti !== "string" || jti.length < 1 || jti.length > 256) return Result.fail("jti")
  if (htm !== demands.method) return Result.fail("htm")
  if (typeof htu !== "string" || !isSameAddress(htu, demands.uri)) return Result.fail("htu")
  if (typeof iat !== "number") return Result.fail("iat")
  const expiresAt = Math.ceil(iat * 1000) + proofLifetime
  if (!(demands.now < expiresAt && !isAhead(iat, demands.now))) return Result.fail("iat")
  if (demands.ath !== undefined && !(typeof ath === "string" && equal(ath, demands.ath))) return Result.fail("ath")
  const isNonce = (known: string) => typeof nonce === "string" && equal(nonce, known)
  if (demands.nonces?.some(isNonce) === false) return Result.fail("nonce")
  return Result.succeed({ alg, jwk, jti, expiresAt })
}

const isPublicKey = (jwk: unknown): jwk is Readonly<Record<string, unknown>> =>
  typeof jwk === "object" &&
  jwk !== null &&
  "kty" in jwk &&
  ["RSA", "EC", "OKP"].some((kty) => kty === jwk.kty) &&
  !ofTheOwner.some((name) => name in jwk)

/** Compared as RFC 3986 §6.2.2 and §6.2.3 normalize: case of scheme and host, default port; no query, no fragment. */
const isSameAddress = (htu: string, uri: string): boolean => {
  if (!URL.canParse(htu)) return false
  const [shown, own] = [new URL(htu), new URL(uri)]
  // What stands before an @ would be somebody's name for something else than this address.
  return shown.username + shown.password === "" && shown.origin === own.origin && shown.pathname === own.pathname
}
