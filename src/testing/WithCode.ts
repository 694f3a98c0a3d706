/** What most tests of flows begin with: a relying party, a user who is signed in, and a code that is still good. */
import { Effect, Redacted } from "effect"
import { formatCode } from "../domain/AuthorizationCode.ts"
import { ClientId } from "../domain/Ids.ts"
import type { Credentials } from "../services/flows/client/AuthenticateClient.ts"
import { currentRing } from "../services/flows/keys/Keys.ts"
import { registerClient } from "../services/flows/operator/RegisterClient.ts"
import { challengeOf, hashSecret } from "../services/flows/Secrets.ts"
import { AuthorizationCodes } from "../services/storage/AuthorizationCodes.ts"
import { consentTo, freshIssuance, offline, signedIn } from "../services/storage/World.laws.ts"

const secret = Redacted.make("a secret for tests only")
const redirectUri = "https://rp.example/cb"
const codeVerifier = "v".repeat(43)
const codeSecret = "A".repeat(43)

/** The relying party's credentials at the token, revocation and introspection endpoints. */
const relyingParty: Credentials = { method: "client_secret_basic", clientId: "rp", secret }

/** Makes them over whatever storage answers; the code is bound to the redirect URI and to the verifier. */
export const withCode = Effect.gen(function* () {
  yield* registerClient({ id: relyingParty.clientId, secret, metadata: { redirect_uris: [redirectUri] } })
  yield* currentRing()
  const { session, user } = yield* signedIn
  const issuance = yield* freshIssuance(session, {
    clientId: ClientId.make(relyingParty.clientId),
    scopes: offline,
    codeHash: yield* hashSecret(codeSecret),
    codeChallenge: yield* challengeOf(codeVerifier),
    redirectUri
  })
  yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  return { relyingParty, user, session, code: formatCode(issuance.grantId, codeSecret), redirectUri, codeVerifier }
})

export type WithCode = Effect.Success<typeof withCode>
