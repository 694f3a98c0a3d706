/** A client of the FAPI 2.0 Security Profile: everything is pushed, signed with its key, and bound to another. */
import { randomUUID } from "node:crypto"
import { asserting, assertionClaims, makeKey, sign, type SigningKey } from "../clients/Signing.ts"
import type { Browser } from "../clients/Browser.ts"
import { makeClient } from "../workerd/Fixtures.ts"
import { DpopKey, hashOf } from "./DpopKey.ts"
import { type Answer, answered, callback, type Form, goThrough, RelyingParty, type Reachable } from "./RelyingParty.ts"

/** What a request does otherwise than the profile says; a member that is undefined is left out. */
export interface Otherwise {
  readonly key?: DpopKey | null
  readonly assertion?: string
}

export class FapiParty extends RelyingParty {
  readonly key: DpopKey
  readonly signing: SigningKey
  readonly verifier = `${randomUUID()}${randomUUID()}`

  constructor(
    provider: Reachable,
    id: string,
    keys: { readonly signing: SigningKey; readonly key: DpopKey },
    uri: string
  ) {
    super(provider, id, undefined, uri)
    this.signing = keys.signing
    this.key = keys.key
  }

  /** An assertion with the issuer as its only audience. FAPI 2.0 Security Profile §5.3.2.1. */
  assertion(changed: Record<string, unknown> = {}, key: SigningKey = this.signing): Promise<string> {
    return sign(key, assertionClaims(this.id, this.provider.issuer, changed))
  }

  /** A request of this client to one of its endpoints, with assertion and proof. */
  async send(path: string, form: Form, { assertion, key = this.key }: Otherwise = {}): Promise<Answer> {
    const proof = key === null ? {} : await key.shownAt(this.provider, path)
    return this.post(path, { ...asserting(assertion ?? (await this.assertion())), ...form }, proof)
  }

  get request(): Form {
    return {
      response_type: "code",
      redirect_uri: this.redirectUri,
      scope: "openid",
      code_challenge: hashOf(this.verifier),
      code_challenge_method: "S256"
    }
  }

  pushWith(changed: Form = {}, otherwise: Otherwise = {}): Promise<Answer> {
    return this.send("/par", { ...this.request, ...changed }, otherwise)
  }

  async requestUri(changed: Form = {}, otherwise: Otherwise = {}): Promise<string> {
    return String((await this.pushWith(changed, otherwise)).body["request_uri"])
  }

  /** What a person's browser brings back for a pushed request. */
  async bringsBack(browser: Browser, changed: Form = {}, otherwise: Otherwise = {}): Promise<Record<string, string>> {
    const url = this.pushedUrl(await this.requestUri(changed, otherwise))
    return answered(await goThrough(browser, await browser.open(url)))
  }

  async fapiCode(browser: Browser, changed: Form = {}, otherwise: Otherwise = {}): Promise<string> {
    return (await this.bringsBack(browser, changed, otherwise))["code"] ?? ""
  }

  redeemWith(code: string, changed: Form = {}, otherwise: Otherwise = {}): Promise<Answer> {
    const form = {
      grant_type: "authorization_code",
      code,
      redirect_uri: this.redirectUri,
      code_verifier: this.verifier
    }
    return this.send("/token", { ...form, ...changed }, otherwise)
  }

  refreshWith(refreshToken: string, otherwise: Otherwise = {}): Promise<Answer> {
    return this.send("/token", { grant_type: "refresh_token", refresh_token: refreshToken }, otherwise)
  }
}

/** Registers a client of the profile, with keys of its own. */
export const registerFapi = async (
  provider: Reachable,
  id: string,
  options: { readonly alg?: string; readonly redirectUri?: string; readonly metadata?: Record<string, unknown> } = {}
): Promise<FapiParty> => {
  const { alg = "PS256", metadata = {}, redirectUri = callback } = options
  const signing = await makeKey(alg)
  const key = await DpopKey.make()
  await provider.run(
    makeClient(id, undefined, {
      redirect_uris: [redirectUri],
      profile: "fapi2",
      token_endpoint_auth_method: "private_key_jwt",
      id_token_signed_response_alg: "PS256",
      jwks: { keys: [signing.jwk] },
      ...metadata
    })
  )
  return new FapiParty(provider, id, { signing, key }, redirectUri)
}
