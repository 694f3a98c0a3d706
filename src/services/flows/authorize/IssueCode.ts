/** The end of every authorization: what is asked of the user's home, and what the client gets. OIDC Core §3. */
import { Effect, Result } from "effect"
import { type AccessTarget, choose } from "../../../domain/AccessTarget.ts"
import { adminAudience } from "../../../domain/AdminScope.ts"
import { formatCode, type Issuance } from "../../../domain/AuthorizationCode.ts"
import type { AuthorizationRequest } from "../../../domain/AuthorizationRequest.ts"
import { type Client, isPublic } from "../../../domain/Client.ts"
import { allowedAlg, type ClientRules, rulesOf } from "../../../domain/ClientRules.ts"
import type { SecretHash, UserId } from "../../../domain/Ids.ts"
import { ofUser } from "../../../domain/Locator.ts"
import { channelsOf } from "../../../domain/LogoutChannels.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import type { GrantAndUser } from "../../storage/AuthorizationCodes.ts"
import { answerWithGrant } from "./AnswerClient.ts"
import { issueAtOnce } from "./IssueAtOnce.ts"
import { clientKey } from "../keys/Keys.ts"
import { drawGrantId, drawSecret, hashSecret } from "../Secrets.ts"
import { browserState, sessionState } from "../SessionState.ts"
import { expectedUser } from "../Subject.ts"
import { targetsOf } from "../Targets.ts"

/** For whom, in which session, and how fresh the login has to be. */
export interface Basis {
  readonly userId: UserId
  readonly sessionHash: SecretHash
  /** Milliseconds. */
  readonly authenticatedSince: number
  readonly subject: string | null
  /** Whether somebody may be asked to sign in again only because the client would like a stronger login. */
  readonly mayAsk?: boolean
}

/**
 * A code and all that its issue has to be judged by; the code itself is only here, storage gets its hash. Where tokens
 * are given at once, the key that signs them is at hand before anything is written.
 */
export const drawIssuance = Effect.fnUntraced(function* (asked: AuthorizationRequest, client: Client, basis: Basis) {
  const provider = yield* ProviderConfig
  const { lifetimes } = provider
  const rules = rulesOf(client, provider)
  // What they are now is what the grant's tokens will be like, whatever becomes of them later.
  const { mapped, scopes, targets } = yield* targetsOf(asked)
  const request: AuthorizationRequest = { ...asked, scopes }
  const words = request.responseType.split(" ")
  const key = request.responseType === "code" ? undefined : yield* clientKey(client)
  const grantId = yield* drawGrantId(ofUser(basis.userId))
  const secret = yield* drawSecret
  const codeLifetime = Math.min(lifetimes.authorizationCode, rules.codeLifetime ?? lifetimes.authorizationCode)
  const issuance: Issuance = {
    ...termsOf(client, rules),
    userId: basis.userId,
    sessionHash: basis.sessionHash,
    authenticatedSince: basis.authenticatedSince,
    subject: yield* expectedUser(client, basis.subject, basis.userId),
    grantId,
    codeHash: yield* hashSecret(secret),
    scopes: request.scopes,
    claims: request.claims,
    nonce: request.nonce,
    redirectUri: request.redirectUri,
    redirectUriNamed: request.redirectUriNamed,
    codeChallenge: request.codeChallenge,
    askAgain: request.prompt.includes("consent") || (isAnybody(client, request) && isAdministration(targets, provider)),
    ...(request.acr === undefined ? {} : { acr: { ...request.acr, mayAsk: basis.mayAsk === true } }),
    codeLifetime: words.includes("code") ? codeLifetime : 0,
    ...(words.includes("token") ? { atOnceLifetime: firstOf(targets, scopes)?.lifetime ?? lifetimes.accessToken } : {}),
    ...(targets.length === 0 ? {} : { targets }),
    ...(mapped.length === 0 ? {} : { mapped }),
    ...(request.dpopJkt === null ? {} : { dpopJkt: request.dpopJkt })
  }
  return { request, client, key, code: formatCode(grantId, secret), issuance }
})

/**
 * RFC 8252 §8.6: a public client whose answers go to a program on somebody's computer may be any program there. What it
 * was once allowed it is not given without a word where that is to administer this provider.
 */
const isAnybody = (client: Client, { redirectUri }: AuthorizationRequest) =>
  isPublic(client) && !redirectUri.startsWith("https://")

const isAdministration = (targets: ReadonlyArray<AccessTarget>, { issuer }: { readonly issuer: string }) =>
  targets.some(({ audience }) => audience === adminAudience(issuer))

/** What a grant and its session remember of the client, by whatever way it comes about. */
export const termsOf = ({ createdAt, id, metadata }: Client, rules: ClientRules) => {
  const { profile, userinfo_signed_response_alg: userinfoAlg } = metadata
  const logoutChannels = channelsOf(metadata)
  return {
    clientId: id,
    clientSince: createdAt,
    ...(profile === undefined ? {} : { profile }),
    ...(logoutChannels === undefined ? {} : { logoutChannels }),
    ...(userinfoAlg === undefined ? {} : { userinfoAlg: allowedAlg(rules, userinfoAlg) })
  }
}

/** What a token is for that is given at once. */
const firstOf = (targets: ReadonlyArray<AccessTarget>, scopes: ReadonlyArray<string>) =>
  Result.getOrUndefined(choose(targets, undefined, scopes))

type Drawn = Effect.Success<ReturnType<typeof drawIssuance>>

/** The answer with what the response type names: a code, tokens, or both. OIDC Core §3.1.2.5, §3.2.2.5, §3.3.2.5. */
export const giveGrant = Effect.fnUntraced(function* (drawn: Drawn, granted: GrantAndUser) {
  const { code, key, request } = drawn
  const tokens = key === undefined ? {} : yield* issueAtOnce(key, granted, drawn)
  const browser = yield* browserState(granted.grant.sid)
  const session_state = yield* sessionState(request.clientId, request.redirectUri, browser)
  const parameters = {
    ...(request.responseType.includes("code") ? { code } : {}),
    ...tokens,
    ...(session_state === undefined || !request.scopes.includes("openid") ? {} : { session_state })
  }
  return yield* answerWithGrant(request, parameters, browser)
})
