/** A client's key as it registers one: public, and strong enough to be believed. RFC 7517, RFC 7518 §3.3, RFC 8037. */
import { Result } from "effect"
import { Base64Url } from "effect/encoding"
import { algName, type ClientAlg, isBySecret, type KeyAlg } from "./ClientMetadata.ts"

type Jwk = Readonly<Record<string, unknown>>

/** What only the owner of a key has. RFC 7518 §6, RFC 8037 §2. */
export const ofTheOwner = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]

/** The members of which a key is made, by its type. */
const members: Readonly<Record<string, ReadonlyArray<string>>> = {
  RSA: ["n", "e"],
  EC: ["crv", "x", "y"],
  OKP: ["crv", "x"]
}

const curves: Readonly<Record<string, ReadonlyArray<string>>> = {
  EC: ["P-256", "P-384", "P-521"],
  OKP: ["Ed25519", "X25519", "Ed448", "X448"]
}

/** Bits. RFC 7518 §3.3. */
const leastModulus = 2048

/** Why a key may not be registered; undefined if it may. One for encryption may be there too, and is never used. */
export const refusal = (key: Jwk): string | undefined => {
  const { crv, kty, n } = key
  const own = ofTheOwner.find((member) => key[member] !== undefined)
  if (kty === "oct" || own !== undefined) return "contains a key that is not public: nobody else may know it"
  const parts = typeof kty === "string" ? members[kty] : undefined
  if (parts === undefined) return "contains a key whose kty is none of RSA, EC and OKP"
  const isWhole = parts.every((part) => typeof key[part] === "string" && /^[A-Za-z0-9_-]+$/.test(key[part]))
  if (!Object.values(key).every(isFlat)) return "contains a key with a member that is no text and no list of texts"
  const isKnown = kty === "RSA" || (curves[String(kty)] ?? []).includes(String(crv))
  if (!isWhole || !isKnown) return "contains a key that is not whole, or of an unknown curve"
  return kty === "RSA" && bitsOf(String(n)) < leastModulus
    ? `contains an RSA key of fewer than ${leastModulus} bits`
    : undefined
}

/** What a member of a key is, of those that are registered. A key is kept whole, so nothing deeper is taken. */
const isFlat = (value: unknown): boolean =>
  typeof value !== "object" || value === null || (Array.isArray(value) && value.every((one) => typeof one === "string"))

const bitsOf = (modulus: string): number => {
  const bytes = Result.getOrElse(Base64Url.decode(modulus), () => new Uint8Array())
  const first = bytes.findIndex((byte) => byte !== 0)
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24
}

interface Kind {
  readonly kty: "RSA" | "EC" | "OKP"
  readonly crv?: string
}

const rsa: Kind = { kty: "RSA" }
const ed25519: Kind = { kty: "OKP", crv: "Ed25519" }

/** The type of key, and its curve, that go with an algorithm. RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. */
export const kinds: Readonly<Record<KeyAlg, Kind>> = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: { kty: "EC", crv: "P-256" },
  ES384: { kty: "EC", crv: "P-384" },
  ES512: { kty: "EC", crv: "P-521" },
  EdDSA: ed25519,
  Ed25519: ed25519
}

/** Whether a key is of the kind that an algorithm goes with, and names no other. None goes with one of secrets. */
export const goesWith = (key: Jwk, alg: ClientAlg): boolean => {
  if (isBySecret(alg)) return false
  const { crv, kty } = kinds[alg]
  const isOfKind = key["kty"] === kty && (crv === undefined || key["crv"] === crv)
  return isOfKind && (key["alg"] === undefined || algName(key["alg"]) === algName(alg))
}

/** Whether a key signs with one of these algorithms: its type says so, and what it says of its use does not deny it. */
export const signs = (key: Jwk, algs: ReadonlyArray<ClientAlg>): boolean =>
  key["use"] !== "enc" && algs.some((alg) => goesWith(key, alg))
