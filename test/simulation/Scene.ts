/** What there is before the clients of a scenario begin: relying parties, users, browsers, codes, families. */
import { createHash } from "node:crypto"
import { Effect, type Layer, Option, Redacted } from "effect"
import { formatCode } from "../../src/domain/AuthorizationCode.ts"
import { ClientId } from "../../src/domain/Ids.ts"
import { AccountVisit } from "../../src/domain/Interaction.ts"
import { accountPaths } from "../../src/domain/PagePath.ts"
import { fromSearchParams } from "../../src/domain/Parameters.ts"
import { parse } from "../../src/domain/RefreshToken.ts"
import type { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import type { ShownSecret } from "../../src/services/flows/client/AuthenticateClient.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { approveConsent } from "../../src/services/flows/authorize/ConsentStep.ts"
import { currentRing } from "../../src/services/flows/keys/Keys.ts"
import { submitLogin } from "../../src/services/flows/signin/Login.ts"
import { loginStep } from "../../src/services/flows/signin/LoginStep.ts"
import { beginLogout, confirmLogout } from "../../src/services/flows/Logout.ts"
import type { Browser, Outcome } from "../../src/services/flows/authorize/Outcome.ts"
import { challengeOf, hashSecret } from "../../src/services/flows/Secrets.ts"
import { token } from "../../src/services/flows/Token.ts"
import { AuthorizationCodes } from "../../src/services/storage/AuthorizationCodes.ts"
import { consentTo, freshIssuance, offline, signedIn } from "../../src/services/storage/World.laws.ts"
import { makeClient, makeUser, password } from "../workerd/Fixtures.ts"

/** All that a flow may need. */
export type Provider = Layer.Success<typeof MemoryProvider>

export const redirectUri = "https://rp.example/cb"
export const afterLogout = "https://rp.example/bye"
export const verifier = "v".repeat(43)
const codeSecret = "A".repeat(43)

/** What a client shows of itself at the token endpoint. */
export const credentialsOf = (clientId: string): ShownSecret => ({
  method: "client_secret_basic",
  clientId,
  secret: Redacted.make(`secret of ${clientId}`)
})

/** The relying party's credentials at the token, revocation and introspection endpoints. */
export const relyingParty: ShownSecret = credentialsOf("rp")

/** Those of another client, which knows how to ask and has no business here. */
export const stranger: ShownSecret = credentialsOf("other")

/** The form of a token request. */
export const form = (parameters: Readonly<Record<string, string>>) => fromSearchParams(new URLSearchParams(parameters))

/** A client that may do what a relying party does. */
export const registered = (clientId: string, metadata: Parameters<typeof makeClient>[2] = {}) =>
  makeClient(clientId, Redacted.value(credentialsOf(clientId).secret), {
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [afterLogout],
    ...metadata
  })

// ---------------------------------------------------------------------------------------------------------------
// Codes and families, without the browser that they came from

/** Two relying parties, a user who is signed in, and a code that nobody has redeemed yet: nobody has needed a key. */
export const codeFor = Effect.fnUntraced(function* (
  scopes: ReadonlyArray<string>,
  metadata: Parameters<typeof makeClient>[2] = {}
) {
  yield* registered("rp", metadata)
  yield* registered("other")
  const { session, user } = yield* signedIn
  const issuance = yield* freshIssuance(session, {
    clientId: ClientId.make("rp"),
    scopes,
    codeHash: yield* hashSecret(codeSecret),
    codeChallenge: yield* challengeOf(verifier),
    redirectUri
  })
  yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  return { user, session, issuance, code: formatCode(issuance.grantId, codeSecret) }
})

export const codeWithoutKeys = codeFor(offline)

/** A code that nobody has redeemed yet, of a client that will get a refresh token too. */
export const withCode = Effect.andThen(currentRing(), codeWithoutKeys)

export type WithCode = Effect.Success<typeof withCode>

/** Presents the code: as its client should, unless told otherwise. */
export const redeem = (
  { code }: { readonly code: string },
  as: ShownSecret = relyingParty,
  changes: Readonly<Record<string, string>> = {}
) =>
  token(
    as,
    form({ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier, ...changes })
  )

/** Presents a refresh token, as its client should. */
export const refresh = (refresh_token: string, changes: Readonly<Record<string, string>> = {}) =>
  token(relyingParty, form({ grant_type: "refresh_token", refresh_token, ...changes }))

const tokensOf = Effect.fnUntraced(function* (scene: { readonly code: string }) {
  const tokens = yield* redeem(scene)
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? "",
    idToken: tokens.id_token ?? ""
  }
})

/** The same, and the code has been redeemed: there is a family of refresh tokens with its first head. */
export const withFamily = Effect.gen(function* () {
  const scene = yield* withCode
  return { ...scene, ...(yield* tokensOf(scene)) }
})

/** The place of a refresh token in its family: 1 for the first. Undefined for anything else. */
export const generationOf = (text: string): number | undefined =>
  Option.getOrUndefined(Option.map(parse(text), ({ generation }) => generation))

// ---------------------------------------------------------------------------------------------------------------
// Browsers

/** A browser that has the cookie to which steps are bound. */
export type BoundBrowser = Browser & { readonly secret: string }

export const browserOf = (letter: string, session?: string): BoundBrowser => ({
  secret: letter.repeat(43),
  session
})

/** What the relying party asks the authorization endpoint for. */
export const asks = (changes: Readonly<Record<string, string>> = {}) =>
  form({
    client_id: "rp",
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid profile offline_access",
    state: "state",
    nonce: "nonce",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...changes
  })

/** Fills in a login form. */
export const signIn = (sealed: string, browser: Browser, login = "alice", secret: string = password) =>
  submitLogin({ sealed, login, password: Redacted.make(secret) }, browser)

/** The step that an outcome leads to; a set-up that leads elsewhere is wrong. */
export const stepOf = (outcome: Outcome): string => {
  if ("sealed" in outcome) return outcome.sealed
  throw new Error(`no step, but ${JSON.stringify(outcome)}`)
}

/** A login page in this browser for its own account: no client is looked up, and no code is made. */
export const ownLogin = ({ secret }: BoundBrowser) =>
  loginStep(new AccountVisit({ path: accountPaths.profile }), secret, null)

/** The code that the browser carries back to the client, if it does. */
export const codeOf = (outcome: Outcome): string | undefined =>
  outcome._tag === "Redirect" ? (new URL(outcome.uri).searchParams.get("code") ?? undefined) : undefined

/** Two relying parties, keys, and Alice, who is not signed in anywhere. */
export const withUser = Effect.gen(function* () {
  yield* registered("rp")
  yield* registered("other")
  yield* currentRing()
  return { user: yield* makeUser("alice") }
})

/** Alice's browser shows the login form. */
export const withLoginForm = Effect.gen(function* () {
  const { user } = yield* withUser
  const browser = browserOf("b")
  return { user, browser, sealed: stepOf(yield* authorize(asks(), browser)) }
})

/** Alice has signed in, and is asked for her consent to `scope`. */
export const consentFor = Effect.fnUntraced(function* (scope: string) {
  const { user } = yield* withUser
  const unknown = browserOf("b")
  const form = stepOf(yield* authorize(asks({ scope }), unknown))
  const signed = yield* signIn(form, unknown)
  if (signed._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
  const browser = browserOf("b", signed.cookie)
  return { user, browser, session: signed.cookie, sealed: stepOf(signed.outcome) }
})

export const withConsentStep = consentFor("openid profile offline_access")

/** Alice has signed in and consented; her relying party has a code, and redeemed it if it should. */
export const signedInFor = Effect.fnUntraced(function* (scope: string) {
  const scene = yield* consentFor(scope)
  const code = codeOf(yield* approveConsent(scene.sealed, scene.browser))
  return code === undefined ? yield* Effect.die("the set-up got no code") : { ...scene, code }
})

/** Alice is signed in; her relying party has a code that it has not redeemed, of online access. */
export const withOnlineCode = signedInFor("openid profile")

/** Alice is signed in, and her relying party has an access token that lasts as long as her session. */
export const withOnlineTokens = Effect.gen(function* () {
  const scene = yield* withOnlineCode
  return { ...scene, ...(yield* tokensOf(scene)) }
})

/** Alice is signed in, and her relying party has a refresh token. */
export const withOfflineTokens = Effect.gen(function* () {
  const scene = yield* signedInFor("openid profile offline_access")
  return { ...scene, ...(yield* tokensOf(scene)) }
})

// ---------------------------------------------------------------------------------------------------------------
// Signing out

/** Somebody presses "sign out", and confirms it. */
export const signOut = Effect.fnUntraced(function* (browser: BoundBrowser) {
  const outcome = yield* beginLogout(form({}), browser)
  if (outcome._tag === "Confirm") yield* confirmLogout(outcome.sealed, browser)
})

/** The relying party signs its user out, and shows an ID token that says who that is. */
export const signOutByHint = (browser: BoundBrowser, idToken: string) =>
  beginLogout(form({ id_token_hint: idToken, post_logout_redirect_uri: afterLogout }), browser)
