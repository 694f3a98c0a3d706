/** A client's key, and the proofs that it makes of it: right ones, and any other. RFC 9449 §4.2. */
import { createHash, randomUUID } from "node:crypto"
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose"
import { type Answer, answerOf, type Form, type Reachable, type RelyingParty } from "./RelyingParty.ts"

/** What of a proof is changed; undefined leaves it out. */
export interface Changes {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

/** SHA-256 as `ath`, `code_challenge` and the fragments of request_uris say it. RFC 9449 §4.2, RFC 7636 §4.2. */
export const hashOf = (text: string) => createHash("sha256").update(text).digest("base64url")

export const inSeconds = (ahead = 0) => Math.floor(Date.now() / 1000) + ahead

export class DpopKey {
  readonly alg: string
  readonly jwk: JWK
  readonly jkt: string
  readonly privateJwk: JWK
  readonly #privateKey: CryptoKey

  private constructor(alg: string, jwk: JWK, jkt: string, privateJwk: JWK, privateKey: CryptoKey) {
    this.alg = alg
    this.jwk = jwk
    this.jkt = jkt
    this.privateJwk = privateJwk
    this.#privateKey = privateKey
  }

  static async make(alg = "ES256"): Promise<DpopKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    const jwk = await exportJWK(publicKey)
    return new DpopKey(alg, jwk, await calculateJwkThumbprint(jwk), await exportJWK(privateKey), privateKey)
  }

  /** The same key of RSA, which goes with more than one algorithm. */
  static async of(key: DpopKey, alg: string): Promise<DpopKey> {
    const privateKey = (await importJWK(key.privateJwk, alg)) as CryptoKey
    return new DpopKey(alg, key.jwk, key.jkt, key.privateJwk, privateKey)
  }

  proof(htm: string, htu: string, { claims, header }: Changes = {}): Promise<string> {
    const made = { jti: randomUUID(), htm, htu, iat: inSeconds(), ...claims }
    return new SignJWT(JSON.parse(JSON.stringify(made)))
      .setProtectedHeader({ typ: "dpop+jwt", alg: this.alg, jwk: this.jwk, ...header } as never)
      .sign(this.#privateKey)
  }

  /** The header of a POST to an endpoint of this provider. */
  async shownAt(provider: Reachable, path: string, changes: Changes = {}): Promise<Record<string, string>> {
    return { dpop: await this.proof("POST", provider.issuer + path, changes) }
  }

  /** Userinfo with a token that is bound to this key. RFC 9449 §7.1. */
  async userinfo(provider: Reachable, token: string, changes: Changes = {}): Promise<Answer> {
    const claims = { ath: hashOf(token), ...changes.claims }
    const dpop = await this.proof("GET", `${provider.issuer}/userinfo`, { ...changes, claims })
    return userinfoWith(provider, { authorization: `DPoP ${token}`, dpop })
  }

  async redeem(rp: RelyingParty, code: string, form: Form = {}, changes: Changes = {}): Promise<Answer> {
    const proof = await this.shownAt(rp.provider, "/token", changes)
    return rp.post(
      "/token",
      { grant_type: "authorization_code", code, redirect_uri: rp.redirectUri, ...form },
      { ...rp.credentials, ...proof }
    )
  }

  async refresh(rp: RelyingParty, refresh_token: string, changes: Changes = {}): Promise<Answer> {
    const proof = await this.shownAt(rp.provider, "/token", changes)
    return rp.post("/token", { grant_type: "refresh_token", refresh_token }, { ...rp.credentials, ...proof })
  }
}

export const userinfoWith = async (provider: Reachable, headers: Record<string, string>): Promise<Answer> =>
  answerOf(await fetch(`${provider.issuer}/userinfo`, { headers }))
