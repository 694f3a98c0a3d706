/** The device authorization endpoint: a device gets a code to poll with and one to show. RFC 8628 §3.1, §3.2. */
import { Clock, Effect, Result } from "effect"
import { resourceIndicators, scope } from "../../../domain/AuthorizationRequest.ts"
import type { Client } from "../../../domain/Client.ts"
import { rulesOf } from "../../../domain/ClientRules.ts"
import { DeviceAuthorization, formatDeviceCode } from "../../../domain/DeviceAuthorization.ts"
import { paths } from "../../../domain/Discovery.ts"
import { toSeconds } from "../../../domain/Lifetime.ts"
import { InvalidScope, InvalidTarget, UnauthorizedClient } from "../../../domain/OAuthError.ts"
import { eachOnce, type Parameters } from "../../../domain/Parameters.ts"
import type { Targeted } from "../../../domain/RequestTargets.ts"
import { format } from "../../../domain/UserCode.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Devices } from "../../storage/Devices.ts"
import { retried } from "../../storage/Retry.ts"
import { admitRow } from "../limits/AdmitRow.ts"
import { authenticateClient, type Credentials } from "../client/AuthenticateClient.ts"
import { drawSecret, drawUserCode, hashSecret } from "../Secrets.ts"
import { placesOfUserCode } from "./UserCodePlaces.ts"
import { type TargetRefused, targetsOf } from "../Targets.ts"

/** The answer of the device authorization endpoint. RFC 8628 §3.2; times in seconds. */
export interface DeviceResponse {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval: number
}

export const startDevice = Effect.fn("StartDevice")(function* (credentials: Credentials, parameters: Parameters) {
  const client = yield* authenticateClient(credentials)
  yield* admitRow(client, credentials)
  yield* Effect.fromResult(eachOnce(parameters))
  if (!rulesOf(client, yield* ProviderConfig).devices) {
    return yield* new UnauthorizedClient({
      error_description: "the client is not registered for the device grant",
      parameter: "client_id"
    })
  }
  const scopes = scope(parameters, client)
  if (Result.isFailure(scopes)) return yield* new InvalidScope({ error_description: scopes.failure.description })
  const resources = resourceIndicators(parameters)
  if (Result.isFailure(resources)) return yield* new InvalidTarget({ error_description: resources.failure.description })
  const targeted = yield* targetsOf({ scopes: scopes.success, resources: resources.success }).pipe(
    Effect.mapError((refused) => (refused._tag === "TargetRefused" ? targetError(refused) : refused))
  )
  return yield* startUnderFreeCode(client, targeted)
})

const targetError = ({ description: error_description, error }: TargetRefused) =>
  error === "invalid_scope" ? new InvalidScope({ error_description }) : new InvalidTarget({ error_description })

/** Of all user codes one in billions is in use; a third that is, in a row, is a defect of the draw. */
const startUnderFreeCode = (client: Client, targeted: Targeted) =>
  startUnder(client, targeted).pipe(
    Effect.retry({ times: 2, while: ({ _tag }) => _tag === "UserCodeTaken" }),
    Effect.catchTag("UserCodeTaken", () => Effect.die("no user code is free"))
  )

const startUnder = Effect.fnUntraced(function* (client: Client, { scopes, targets }: Targeted) {
  const { issuer, lifetimes } = yield* ProviderConfig
  const userCode = yield* drawUserCode
  const [id] = yield* placesOfUserCode(userCode)
  const secret = yield* drawSecret
  const device = new DeviceAuthorization({
    id,
    codeHash: yield* hashSecret(secret),
    clientId: client.id,
    scopes,
    ...(targets.length === 0 ? {} : { targets }),
    status: "pending",
    grantId: null,
    interval: lifetimes.devicePolling,
    polledAt: null,
    hurried: false,
    attempt: null,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.deviceCode
  })
  yield* retried(Devices.start)(device)
  const response: DeviceResponse = {
    device_code: formatDeviceCode(id, secret),
    user_code: format(userCode),
    verification_uri: issuer + paths.device,
    verification_uri_complete: `${issuer}${paths.device}?user_code=${format(userCode)}`,
    expires_in: toSeconds(lifetimes.deviceCode),
    interval: toSeconds(lifetimes.devicePolling)
  }
  return response
})
