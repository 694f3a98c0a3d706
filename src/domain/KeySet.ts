/** Choosing the keys of a set that may have signed a JWT. RFC 7517 §4 and §5. */
import type { ClientAlg, Jwks } from "./ClientMetadata.ts"
import { goesWith } from "./PublicKey.ts"

type Key = Jwks["keys"][number]

/** What a JWT's header says of the key that signed it, with an algorithm that is allowed already. */
export interface KeyHint {
  readonly alg: ClientAlg
  readonly kid: string | undefined
}

/** So many keys are tried for one JWT at most: each costs a verification, and anybody may ask for one. */
const mostTried = 8

const fits = (key: Key, { alg, kid }: KeyHint): boolean => {
  const operations = key["key_ops"]
  return (
    goesWith(key, alg) &&
    (key["use"] === undefined || key["use"] === "sig") &&
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
