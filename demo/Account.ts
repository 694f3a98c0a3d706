/** Who is signed in, and the tokens that say so: what one sign-in left in the session. */
import type {
  IDToken,
  IntrospectionResponse,
  TokenEndpointResponse,
  TokenEndpointResponseHelpers,
  UserInfoResponse
} from "openid-client"
import { Refusal } from "./Refusal.ts"

export type Account = {
  /** The last answer of the token endpoint. */
  response: TokenEndpointResponse
  idToken: string
  claims: IDToken
  accessToken: string
  /** Milliseconds; undefined if the provider did not say. */
  expiresAt: number | undefined
  refreshToken: string | undefined
  revoked: boolean
  userinfo: UserInfoResponse | undefined
  introspection: IntrospectionResponse | undefined
  /** The refresh under way. */
  refreshing: Promise<void> | undefined
}

type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers

export const signedIn = (tokens: Tokens, now: number): Account => {
  const claims = tokens.claims()
  if (claims === undefined || tokens.id_token === undefined) {
    throw new Refusal(502, "id_token_missing", "The provider's answer has no ID token.")
  }
  return {
    response: tokens,
    idToken: tokens.id_token,
    claims,
    accessToken: tokens.access_token,
    expiresAt: expiry(tokens, now),
    refreshToken: tokens.refresh_token,
    revoked: false,
    userinfo: undefined,
    introspection: undefined,
    refreshing: undefined
  }
}

/** A refresh may leave out the ID token and the refresh token: then the old ones stay. OpenID Connect Core §12.2. */
export const refreshed = (account: Account, tokens: Tokens, now: number): void => {
  const claims = tokens.claims()
  if (claims !== undefined && claims.sub !== account.claims.sub) {
    throw new Refusal(502, "subject_changed", "The refreshed ID token is about somebody else, so it was not used.")
  }
  account.response = tokens
  account.idToken = tokens.id_token ?? account.idToken
  account.claims = claims ?? account.claims
  account.accessToken = tokens.access_token
  account.expiresAt = expiry(tokens, now)
  account.refreshToken = tokens.refresh_token ?? account.refreshToken
  account.revoked = false
  account.introspection = undefined
}

const expiry = (tokens: Tokens, now: number): number | undefined => {
  const seconds = tokens.expiresIn()
  return seconds === undefined ? undefined : now + seconds * 1000
}
