/** Defect 17: the operation that rotates is there, and the flow does not use it: a refresh token is good for ever. */
import { Effect } from "effect"
import { InvalidGrant } from "../../../src/domain/OAuthError.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { authenticateClient } from "../../../src/services/flows/client/AuthenticateClient.ts"
import { issueTokens } from "../../../src/services/flows/token/IssueTokens.ts"
import { clientKey } from "../../../src/services/flows/keys/Keys.ts"
import { readRefreshToken } from "../../../src/services/flows/token/ReadRefreshToken.ts"
import { RefreshTokens } from "../../../src/services/storage/RefreshTokens.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { Users } from "../../../src/services/storage/Users.ts"
import { refresh, relyingParty } from "../Scene.ts"
import { mutant } from "./Mutant.ts"
import { reusedLater } from "./ReusedLater.ts"

const refused = new InvalidGrant({ error_description: "", reason: "unknown" })

/** Looks whether the token is good, and gives new access tokens for it. */
const refreshWithoutRotation = Effect.fnUntraced(function* (text: string) {
  const client = yield* authenticateClient(relyingParty)
  const token = yield* readRefreshToken(text)
  if (token === undefined) return yield* refused
  const key = yield* clientKey(client)
  const { familyHash, familySecret, generation, grantId } = token
  const grant = yield* retried(RefreshTokens.inspect)({ grantId, generation, familyHash, clientId: client.id })
  const user = grant === null ? null : yield* retried(Users.find)(grant.userId)
  if (grant === null || user === null) return yield* refused
  return yield* issueTokens(
    key,
    { grant, user },
    {
      client,
      scopes: grant.scopes,
      resource: undefined,
      jkt: undefined,
      familySecret,
      withNonce: false
    }
  )
})

export const rotatorNotUsed = mutant(import.meta.url, {
  of: "17",
  name: "the rotator exists and is not used",
  killedBy: "Family",
  within: 10,
  broken: { ...reusedLater(refreshWithoutRotation), layer: MemoryProvider },
  sound: { ...reusedLater(refresh), layer: MemoryProvider }
})
