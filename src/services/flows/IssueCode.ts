/** The end of every authorization: a code for the client, or the step that is still missing. OIDC Core §3.1.2. */
import { Effect } from "effect"
import { formatCode, type Issuance } from "../../domain/AuthorizationCode.ts"
import type { AuthorizationRequest } from "../../domain/AuthorizationRequest.ts"
import type { Client } from "../../domain/Client.ts"
import { rulesOf } from "../../domain/ClientRules.ts"
import type { SecretHash, UserId } from "../../domain/Ids.ts"
import { ofUser } from "../../domain/Locator.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { drawGrantId, drawSecret, hashSecret } from "./Secrets.ts"

/** For whom, in which session, and how fresh the login has to be. */
export interface Basis {
  readonly userId: UserId
  readonly sessionHash: SecretHash
  /** Milliseconds. */
  readonly authenticatedSince: number
  readonly subject: string | null
}

/** A code and all that its issue has to be judged by; the code itself is only here, storage gets its hash. */
export const drawIssuance = Effect.fnUntraced(function* (request: AuthorizationRequest, client: Client, basis: Basis) {
  const provider = yield* ProviderConfig
  const { lifetimes } = provider
  const { codeLifetime } = rulesOf(client, provider)
  const grantId = yield* drawGrantId(ofUser(basis.userId))
  const secret = yield* drawSecret
  const issuance: Issuance = {
    ...basis,
    grantId,
    codeHash: yield* hashSecret(secret),
    clientId: request.clientId,
    scopes: request.scopes,
    claims: request.claims,
    nonce: request.nonce,
    redirectUri: request.redirectUri,
    redirectUriNamed: request.redirectUriNamed,
    codeChallenge: request.codeChallenge,
    askAgain: request.prompt.includes("consent"),
    codeLifetime: Math.min(lifetimes.authorizationCode, codeLifetime ?? lifetimes.authorizationCode),
    ...(client.metadata.profile === undefined ? {} : { profile: client.metadata.profile }),
    ...(request.dpopJkt === null ? {} : { dpopJkt: request.dpopJkt })
  }
  return { code: formatCode(grantId, secret), issuance }
})
