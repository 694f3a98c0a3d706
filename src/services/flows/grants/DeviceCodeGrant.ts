/**
 * The grant of a device: one poll of what somebody decides elsewhere. RFC 8628 §3.4, §3.5.
 *
 * The poll that finds an approval takes it, and then redeems the grant in the user's home, in the same attempt. Cut off
 * in between, nobody has tokens and the device begins anew (docs/decisions/0017-device.md).
 */
import { Effect, Option } from "effect"
import type { Client } from "../../../domain/Client.ts"
import { parseDeviceCode, type PollRefused } from "../../../domain/DeviceAuthorization.ts"
import type { Jkt } from "../../../domain/Ids.ts"
import { AccessDenied, AuthorizationPending, ExpiredToken, InvalidGrant, SlowDown } from "../../../domain/OAuthError.ts"
import { Devices } from "../../storage/Devices.ts"
import { retried } from "../../storage/Retry.ts"
import { notGranted } from "../token/IssueTokens.ts"
import { clientKey } from "../keys/Keys.ts"
import { isTicketPlaced } from "../Placed.ts"
import { drawAttempt, drawSecret, hashSecret } from "../Secrets.ts"
import { redeemGrant } from "./RedeemGrant.ts"

export interface DeviceGrantRequest {
  readonly deviceCode: string
  readonly resource: string | undefined
  /** The key that the request proved. */
  readonly jkt: Jkt | undefined
}

const refused = (reason: string) => new InvalidGrant({ error_description: "the device code is not valid", reason })

const expired = () => new ExpiredToken({ error_description: "the device code has expired" })

/** RFC 8628 §3.5. What is not the client's to know is invalid_grant. */
const errorOf = (reason: PollRefused["reason"]) => {
  switch (reason) {
    case "pending":
      return new AuthorizationPending({ error_description: "nobody has decided yet" })
    case "slow_down":
      return new SlowDown({ error_description: "wait 5 seconds longer between two requests" })
    case "denied":
      return new AccessDenied({ error_description: "the user did not consent" })
    case "expired":
      return expired()
    case "resource":
      return notGranted()
    default:
      return refused(reason)
  }
}

export const deviceCodeGrant = Effect.fn("DeviceCodeGrant")(function* (client: Client, request: DeviceGrantRequest) {
  const parsed = Option.getOrUndefined(parseDeviceCode(request.deviceCode))
  if (parsed === undefined || !(yield* isTicketPlaced(parsed[0]))) return yield* refused("malformed")
  const [id, secret] = parsed
  const key = yield* clientKey(client)
  const familySecret = yield* drawSecret
  const presented = { attempt: yield* drawAttempt, codeHash: yield* hashSecret(secret) }
  const poll = { ...presented, id, clientId: client.id }
  const asked = request.resource === undefined ? poll : { ...poll, resource: request.resource }
  const grantId = yield* retried(Devices.poll)(asked).pipe(
    Effect.mapError((error) => (error._tag === "PollRefused" ? errorOf(error.reason) : error))
  )
  const approved = { ...presented, grantId, redirectUri: null, codeChallenge: null }
  return yield* redeemGrant(client, key, approved, { ...request, familySecret }).pipe(
    Effect.catchTag("CodeRefused", ({ reason }): Effect.Effect<never, ExpiredToken | InvalidGrant> =>
      Effect.fail(reason === "expired" ? expired() : refused(reason))
    )
  )
})
