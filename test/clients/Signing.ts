/** Keys of clients, and what clients sign with them. RFC 7515, RFC 7517, RFC 7523. */
import { randomUUID } from "node:crypto"
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose"
import { assertionType } from "../../src/domain/ClientAssertion.ts"

export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

export const makeKey = async (alg: string, kid = `${alg}-${randomUUID()}`): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } }
}

type Members = Readonly<Record<string, unknown>>

/** The members without those that are undefined: so a member of the usual ones is left out. */
const present = (members: Members): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** The claims of an assertion that lives a minute. RFC 7523 §3. */
export const assertionClaims = (clientId: string, audience: unknown, changed: Members = {}) => {
  const now = Math.floor(Date.now() / 1000)
  const usual = { iss: clientId, sub: clientId, aud: audience, jti: randomUUID(), iat: now, exp: now + 60 }
  return present({ ...usual, ...changed })
}

export const sign = (
  key: Pick<SigningKey, "alg" | "kid" | "privateKey"> | Uint8Array,
  claims: Members,
  header: Members = {}
): Promise<string> => {
  const usual = key instanceof Uint8Array ? { alg: "HS256" } : { alg: key.alg, kid: key.kid }
  return new SignJWT(claims as Record<string, unknown>)
    .setProtectedHeader(present({ ...usual, ...header }) as { alg: string })
    .sign(key instanceof Uint8Array ? key : key.privateKey)
}

/** A part of a compact JWS, whatever it says. RFC 7515 §3.1. */
export const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** A JWT that no library would make: any header, any claims, any signature. */
export const makeUp = (header: unknown, claims: unknown, signature = ""): string =>
  `${encode(header)}.${encode(claims)}.${signature}`

/** The parameters of a request that carries an assertion. RFC 7523 §2.2. */
export const asserting = (assertion: string) => ({
  client_assertion_type: assertionType,
  client_assertion: assertion
})
