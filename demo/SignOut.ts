/** Signing out here and at the provider. OpenID Connect RP-Initiated Logout 1.0 §2. */
import * as client from "openid-client"
import type { Session } from "./Sessions.ts"

/** Forgets the account here, and gives the address of the provider where its session ends. */
export const beginSignOut = (
  provider: client.Configuration,
  returnTo: string,
  idToken: string,
  session: Session
): URL => {
  const state = client.randomState()
  const url = client.buildEndSessionUrl(provider, {
    id_token_hint: idToken,
    post_logout_redirect_uri: returnTo,
    state
  })
  session.account = undefined
  session.signingOut = state
  return url
}

/** Whether the browser comes back from the sign-out that was begun here. */
export const isOwnSignOut = (session: Session | undefined, state: string | null): boolean =>
  session?.signingOut !== undefined && session.signingOut === state
