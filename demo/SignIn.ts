/** Signing in: the authorization code flow with PKCE, `state` and `nonce`. OpenID Connect Core §3.1, RFC 7636. */
import * as client from "openid-client"
import { type Account, signedIn } from "./Account.ts"
import { Refusal } from "./Refusal.ts"

/** What must be remembered between the way out and the way back. It never leaves the server. */
export type Attempt = {
  readonly codeVerifier: string
  readonly nonce: string
  readonly maxAge: number | undefined
}

export type SignInOptions = {
  readonly scopes: ReadonlyArray<string>
  readonly prompt: string | undefined
  /** Seconds. */
  readonly maxAge: number | undefined
}

export const SCOPES = ["openid", "profile", "email", "address", "phone", "offline_access"]
export const PROMPTS = ["login", "consent", "none"]

/** The choices of the sign-in form; what the form does not offer is left out, and `openid` is always asked for. */
export const readOptions = (query: URLSearchParams): SignInOptions => {
  const maxAge = query.get("max_age") ?? ""
  if (!/^\d{0,9}$/.test(maxAge)) {
    throw new Refusal(400, "invalid_max_age", "The maximum age of the sign-in must be a whole number of seconds.")
  }
  return {
    scopes: SCOPES.filter((scope) => scope === "openid" || query.getAll("scope").includes(scope)),
    prompt: PROMPTS.find((prompt) => prompt === query.get("prompt")),
    maxAge: maxAge === "" ? undefined : Number(maxAge)
  }
}

/** The address of the provider to which the browser is sent; the attempt is remembered under its `state`. */
export const beginSignIn = async (
  provider: client.Configuration,
  redirectUri: string,
  options: SignInOptions,
  attempts: Map<string, Attempt>
): Promise<URL> => {
  const state = client.randomState()
  const nonce = client.randomNonce()
  const codeVerifier = client.randomPKCECodeVerifier()
  attempts.set(state, { codeVerifier, nonce, maxAge: options.maxAge })
  forgetOldest(attempts, 10)
  return client.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope: options.scopes.join(" "),
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
    ...(options.prompt === undefined ? {} : { prompt: options.prompt }),
    ...(options.maxAge === undefined ? {} : { max_age: String(options.maxAge) })
  })
}

/**
 * The way back: takes the attempt this answer belongs to, and redeems the code.
 *
 * An answer with a `state` this browser did not get from here was started by somebody else (RFC 6749 §10.12), so
 * nothing in it is looked at, its error neither. The library checks the rest: `iss` of the answer (RFC 9207), and
 * the ID token's signature, `iss`, `aud`, `exp`, `nonce` and, where `max_age` was asked, `auth_time`.
 */
export const finishSignIn = async (
  provider: client.Configuration,
  callback: URL,
  attempts: Map<string, Attempt>
): Promise<Account> => {
  const state = callback.searchParams.get("state") ?? ""
  const attempt = attempts.get(state)
  if (attempt === undefined) throw strangeAnswer()
  // Taken before it is used: one answer for one attempt.
  attempts.delete(state)
  const tokens = await client.authorizationCodeGrant(provider, callback, {
    expectedState: state,
    expectedNonce: attempt.nonce,
    pkceCodeVerifier: attempt.codeVerifier,
    idTokenExpected: true,
    ...(attempt.maxAge === undefined ? {} : { maxAge: attempt.maxAge })
  })
  return signedIn(tokens, Date.now())
}

export const strangeAnswer = (): Refusal =>
  new Refusal(
    400,
    "state_mismatch",
    "This answer does not belong to a sign-in which this browser began here, or it was used before."
  )

const forgetOldest = (attempts: Map<string, Attempt>, limit: number): void => {
  for (const oldest of attempts.keys()) {
    if (attempts.size <= limit) return
    attempts.delete(oldest)
  }
}
