/** Choosing the keys of a set that may have signed a JWT. RFC 7517 §4 and §5, RFC 7518 §3.1, RFC 8037 §3.1. */
import { algName, type ClientAlg, type Jwks } from "./ClientMetadata.ts"

type Key = Jwks["keys"][number]

/** What a JWT's header says of the key that signed it, with an algorithm that is allowed already. */
export interface KeyHint {
  readonly alg: ClientAlg
  readonly kid: string | undefined
}

/** So many keys are tried for one JWT at most: each costs a verification, and anybody may ask for one. */
const mostTried = 8

/** The type of key, and its curve, that go with an algorithm. */
const shapeOf = (alg: ClientAlg): { readonly kty: string; readonly crv?: string } => {
  switch (alg) {
    case "ES256":
      return { kty: "EC", crv: "P-256" }
    case "ES384":
      return { kty: "EC", crv: "P-384" }
    case "ES512":
      return { kty: "EC", crv: "P-521" }
    case "EdDSA":
    case "Ed25519":
      return { kty: "OKP", crv: "Ed25519" }
    case "HS256":
    case "HS384":
    case "HS512":
      return { kty: "oct" }
    default:
      return { kty: "RSA" }
  }
}

const fits = (key: Key, { alg, kid }: KeyHint): boolean => {
  const { crv, kty } = shapeOf(alg)
  const operations = key["key_ops"]
  return (
    kty !== "oct" &&
    key["kty"] === kty &&
    (crv === undefined || key["crv"] === crv) &&
    (key["use"] === undefined || key["use"] === "sig") &&
    (key["alg"] === undefined || algName(key["alg"]) === algName(alg)) &&
    (!Array.isArray(operations) || operations.includes("verify")) &&
    // A key without a name may be meant by any; one with a name by that alone.
    (kid === undefined || key["kid"] === undefined || key["kid"] === kid)
  )
}

/** The public keys that may have signed it, those that bear its `kid` first. */
export const candidates = ({ keys }: Jwks, hint: KeyHint): ReadonlyArray<Key> => {
  const fitting = keys.filter((key) => fits(key, hint))
  const [named, others] = [true, false].map((is) => fitting.filter((key) => (key["kid"] === hint.kid) === is))
  return [...(named ?? []), ...(others ?? [])].slice(0, mostTried)
}

/** Whether the set has no key of the name that a JWT gives: its owner may have added one since it was read. */
export const lacks = ({ keys }: Jwks, { kid }: KeyHint): boolean =>
  kid === undefined || !keys.some((key) => key["kid"] === kid)
