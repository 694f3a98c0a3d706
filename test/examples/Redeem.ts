/** A client redeems its code at the token endpoint's flow: the request of the examples. */
import type { WithCode } from "hapax/testing"
import { fromSearchParams } from "hapax/domain/Parameters"
import { token } from "hapax/flows/Token"

export const redeem = ({ code, codeVerifier, redirectUri, relyingParty }: WithCode) =>
  token(
    relyingParty,
    fromSearchParams(
      new URLSearchParams({
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier
      })
    )
  )
