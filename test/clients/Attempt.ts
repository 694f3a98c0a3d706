/** An authorization request as openid-client makes one, and what its answer is checked by. */
import * as client from "openid-client"

/** State, nonce and a proof key are drawn anew; `asked` says the rest. */
export const drawAttempt = async (asked: { readonly redirect_uri: string; readonly scope: string }) => {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const parameters: Record<string, string> = {
    ...asked,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256"
  }
  return { parameters, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } }
}
