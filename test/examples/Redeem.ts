/** A client redeems its code at the token endpoint's flow: the request of the examples. */
import type { WithCode } from "hapax/testing"
import { fromSearchParams } from "../../src/domain/Parameters.ts"
import { token } from "../../src/services/flows/Token.ts"

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
