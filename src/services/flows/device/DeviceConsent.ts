/**
 * What the person says for whom a device waits: yes or no. RFC 8628 §3.3, §3.5.
 *
 * It is asked for anew each time, by a form that is bound to the browser, and a yes to the session and the user to whom
 * the question was shown (§5.4; docs/decisions/0017-device.md).
 */
import { Clock, Effect } from "effect"
import { consentTo, type Issuance } from "../../../domain/AuthorizationCode.ts"
import { none } from "../../../domain/ClaimsRequest.ts"
import { rulesOf } from "../../../domain/ClientRules.ts"
import type { GrantId } from "../../../domain/Ids.ts"
import type { DeviceConsentInteraction } from "../../../domain/Interaction.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { AuthorizationCodes } from "../../storage/AuthorizationCodes.ts"
import { Devices } from "../../storage/Devices.ts"
import { retried } from "../../storage/Retry.ts"
import { termsOf } from "../authorize/IssueCode.ts"
import { mappedFor } from "../Mappings.ts"
import type { Browser, DeviceDecided, Outcome } from "../authorize/Outcome.ts"
import { ownSession } from "../OwnSession.ts"
import { openStepOfAnyAge } from "../SealedStep.ts"
import { describeTargets } from "../Targets.ts"
import { askToSignIn, deviceClient, unknownCode, verifyUserCode } from "./VerifyDevice.ts"

/** The step, with its client as it is registered now, and whether it is the browser's to answer. */
const openOwn = Effect.fnUntraced(function* (sealed: string, browser: Browser) {
  const { expired, step } = yield* openStepOfAnyAge("device_consent", sealed, browser)
  const { sameSession } = yield* ownSession(step, browser)
  const client = yield* deviceClient(step.device.clientId)
  return { step, client, stands: sameSession && !expired }
})

/** What the page shows, or where to go instead. */
export const viewDeviceConsent = Effect.fn("DeviceConsent.view")(function* (sealed: string, browser: Browser) {
  const { client, stands, step } = yield* openOwn(sealed, browser)
  if (client === undefined) return unknownCode(step.userCode)
  if (!stands) return yield* verifyUserCode(step.userCode, browser)
  const { scopes, targets = [] } = step.device
  const asked = yield* describeTargets({ scopes, resources: targets.map(({ audience }) => audience) })
  return { _tag: "Ask" as const, step, client, ...asked }
})

/** No, by whoever was asked, however late. RFC 8628 §3.5 access_denied. */
export const denyDevice = Effect.fn("DeviceConsent.deny")(function* (sealed: string, browser: Browser) {
  const { step } = yield* openStepOfAnyAge("device_consent", sealed, browser)
  return yield* decide(step, null)
})

/**
 * Yes: first the grant, in the user's home, with the consent; then the device is told which it is. Cut off in between,
 * the device waits on, and the same button does the rest: the grant is the page's, and made once.
 */
export const approveDevice = Effect.fn("DeviceConsent.approve")(function* (sealed: string, browser: Browser) {
  const { client, stands, step } = yield* openOwn(sealed, browser)
  if (client === undefined) return unknownCode(step.userCode)
  if (!stands) return yield* verifyUserCode(step.userCode, browser)
  // Looking for the client took its time: a grant that could not be redeemed any more is not made.
  const now = yield* Clock.currentTimeMillis
  if (now >= step.device.expiresAt) return unknownCode(step.userCode)
  const { scopes, targets = [] } = step.device
  const mapped = yield* mappedFor(scopes, targets)
  const issuance: Issuance = {
    ...(mapped.length === 0 ? {} : { mapped }),
    ...termsOf(client, rulesOf(client, yield* ProviderConfig)),
    ...deviceTerms(step),
    codeLifetime: step.device.expiresAt - now
  }
  return yield* retried(AuthorizationCodes.approve)({ issuance, consent: consentTo(issuance, now) }).pipe(
    Effect.flatMap(() => decide(step, step.grantId)),
    // The session ended while the page was open: sign in again, and nothing was written.
    Effect.catchTag("LoginRequired", () => askToSignIn(step.userCode, browser.secret ?? "")),
    Effect.catchTag("ConsentRequired", () => Effect.die("a consent to all that is asked is enough"))
  )
})

const decide = Effect.fnUntraced(function* (
  { device, userCode, userId }: DeviceConsentInteraction,
  grantId: GrantId | null
) {
  const decided: DeviceDecided = { _tag: "DeviceDecided", decision: grantId === null ? "denied" : "approved" }
  return yield* retried(Devices.decide)({ id: device.id, codeHash: device.codeHash, userId, grantId }).pipe(
    Effect.as<Outcome>(decided),
    // Somebody else was first, or it took too long.
    Effect.catchTag("DecisionRefused", () => Effect.succeed<Outcome>(unknownCode(userCode)))
  )
})

/** The grant is redeemed by the device code's secret, and lives no longer than the device waits. */
const deviceTerms = (step: DeviceConsentInteraction) => ({
  grantId: step.grantId,
  codeHash: step.device.codeHash,
  userId: step.userId,
  sessionHash: step.sessionHash,
  scopes: step.device.scopes,
  claims: none,
  nonce: null,
  redirectUri: "",
  redirectUriNamed: false,
  codeChallenge: null,
  authenticatedSince: step.authenticatedSince,
  subject: null,
  askAgain: false,
  ...(step.device.targets === undefined ? {} : { targets: step.device.targets })
})
