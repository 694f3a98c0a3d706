/** Two users of one relying party, with an access token each. */
import { Effect } from "effect"
import { formatCode } from "../../../src/domain/AuthorizationCode.ts"
import { Profile } from "../../../src/domain/User.ts"
import { ClientId } from "../../../src/domain/Ids.ts"
import { currentRing } from "../../../src/services/flows/keys/Keys.ts"
import { challengeOf, hashSecret } from "../../../src/services/flows/Secrets.ts"
import { AuthorizationCodes } from "../../../src/services/storage/AuthorizationCodes.ts"
import { changed, consentTo, freshIssuance, online, signedIn } from "../../../src/services/storage/World.laws.ts"
import { redeem, redirectUri, registered, verifier } from "../Scene.ts"

const tokenOf = Effect.fnUntraced(function* (letter: string) {
  const { session, user } = yield* signedIn
  const name = `the name of ${letter}`
  yield* changed(user, { profile: new Profile({ ...user.profile, name }) })
  const secret = letter.repeat(43)
  const issuance = yield* freshIssuance(session, {
    clientId: ClientId.make("rp"),
    scopes: online,
    codeHash: yield* hashSecret(secret),
    codeChallenge: yield* challengeOf(verifier),
    redirectUri
  })
  yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  const tokens = yield* redeem({ code: formatCode(issuance.grantId, secret) })
  return { name, user, accessToken: tokens.access_token }
})

export const withTwoTokens = Effect.gen(function* () {
  yield* registered("rp")
  yield* currentRing()
  return { alice: yield* tokenOf("A"), bob: yield* tokenOf("B") }
})
