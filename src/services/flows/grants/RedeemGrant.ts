/**
 * Redeeming a grant, whatever its code came by: once, for tokens, and for a refresh family if offline access was given.
 * RFC 6749 §4.1.3, RFC 8628 §3.4, RFC 9449 §5.
 */
import { Effect } from "effect"
import { type Client, isPublic } from "../../../domain/Client.ts"
import type { Redemption } from "../../../domain/AuthorizationCode.ts"
import type { Jkt } from "../../../domain/Ids.ts"
import type { SigningKey } from "../../../domain/SigningKey.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { AuthorizationCodes } from "../../storage/AuthorizationCodes.ts"
import { retried } from "../../storage/Retry.ts"
import { issueTokens } from "../token/IssueTokens.ts"
import { hashSecret } from "../Secrets.ts"

/** What the client asks for, and with which key. */
interface Asked {
  readonly resource: string | undefined
  /** The key that the request proved. */
  readonly jkt: Jkt | undefined
  /** Of which the refresh tokens will be made, if there are any. */
  readonly familySecret: string
}

type Presented = Pick<Redemption, "attempt" | "grantId" | "codeHash" | "redirectUri" | "codeChallenge">

/** The tokens, signed with a key that was at hand before; `CodeRefused` if the grant gives none. */
export const redeemGrant = Effect.fnUntraced(function* (
  client: Client,
  key: SigningKey,
  presented: Presented,
  { familySecret, jkt, resource }: Asked
) {
  const { lifetimes } = yield* ProviderConfig
  const redeemed = yield* retried(AuthorizationCodes.redeem)({
    ...presented,
    clientId: client.id,
    ...(resource === undefined ? {} : { resource }),
    ...(jkt === undefined ? {} : { jkt, bindsRefresh: isPublic(client) }),
    familyHash: yield* hashSecret(familySecret),
    accessTokenLifetime: lifetimes.accessToken,
    refreshTokenLifetime: lifetimes.refreshToken
  })
  return yield* issueTokens(key, redeemed, {
    client,
    scopes: redeemed.grant.scopes,
    resource,
    jkt,
    familySecret: redeemed.grant.familyHash === null ? undefined : familySecret,
    withNonce: true
  })
})
