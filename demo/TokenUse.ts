/** What a client does with its tokens: OpenID Connect Core §5.3 and §12, RFC 7009, RFC 7662. */
import * as client from "openid-client"
import { type Account, refreshed } from "./Account.ts"
import { Refusal } from "./Refusal.ts"

/** Asks who the user is. The library refuses an answer whose `sub` is not the ID token's. */
export const callUserinfo = async (provider: client.Configuration, account: Account): Promise<void> => {
  account.userinfo = await client.fetchUserInfo(provider, account.accessToken, account.claims.sub)
}

/**
 * Trades the refresh token for new tokens, one trade at a time.
 *
 * A refresh token that rotates may be used once: to the provider a second use looks like theft, and it would end the
 * whole grant. So a second click waits for the first instead of sending the same token again.
 */
export const refresh = (provider: client.Configuration, account: Account): Promise<void> => {
  account.refreshing ??= tradeRefreshToken(provider, account).finally(() => {
    account.refreshing = undefined
  })
  return account.refreshing
}

export const introspect = async (provider: client.Configuration, account: Account): Promise<void> => {
  account.introspection = await client.tokenIntrospection(provider, account.accessToken, {
    token_type_hint: "access_token"
  })
}

export const revoke = async (provider: client.Configuration, account: Account): Promise<void> => {
  const token = account.accessToken
  await client.tokenRevocation(provider, token, { token_type_hint: "access_token" })
  // A refresh may have put a new token in its place meanwhile.
  if (account.accessToken === token) account.revoked = true
}

const tradeRefreshToken = async (provider: client.Configuration, account: Account): Promise<void> => {
  if (account.refreshToken === undefined) {
    throw new Refusal(400, "no_refresh_token", "The provider gave no refresh token; ask for the scope offline_access.")
  }
  refreshed(account, await client.refreshTokenGrant(provider, account.refreshToken), Date.now())
}
