/**
 * A device and the person who allows it what it asks: the user code, then a page that says what for. RFC 8628 §3.3.
 *
 * Only signed-in people can look a user code up, and one that never was, is decided or came too late all look the same
 * to them (§5.1). A yes is always asked for anew, and by a form bound to browser and session: a link that brings the
 * user code along fills it in and does no more (§3.3.1, §5.4).
 */
import { Clock, Effect, Option } from "effect"
import { consentTo, type Issuance } from "../../domain/AuthorizationCode.ts"
import { none } from "../../domain/ClaimsRequest.ts"
import type { Client } from "../../domain/Client.ts"
import { rulesOf } from "../../domain/ClientRules.ts"
import type { ClientId } from "../../domain/Ids.ts"
import { DeviceConsentInteraction, DeviceEntryInteraction, DeviceVerification } from "../../domain/Interaction.ts"
import { ofUser } from "../../domain/Locator.ts"
import { displayName } from "../../domain/User.ts"
import { format, parse, type UserCode } from "../../domain/UserCode.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { AuthorizationCodes } from "../storage/AuthorizationCodes.ts"
import { Clients } from "../storage/Clients.ts"
import { Devices } from "../storage/Devices.ts"
import { retried } from "../storage/Retry.ts"
import { type SessionAndUser, Sessions } from "../storage/Sessions.ts"
import { termsOf } from "./IssueCode.ts"
import { loginStep } from "./LoginStep.ts"
import type { Browser, DeviceDecided, EnterCode, Outcome } from "./Outcome.ts"
import { ownSession } from "./OwnSession.ts"
import { keyOf, sessionOf } from "./Placed.ts"
import { openStepOfAnyAge, sealStep } from "./SealedStep.ts"
import { drawGrantId, hashSecret } from "./Secrets.ts"
import { placesOfUserCode } from "./StartDevice.ts"
import { describeTargets } from "./Targets.ts"

const unknown = (code: UserCode): EnterCode => ({ _tag: "EnterCode", userCode: format(code), isUnknown: true })

/** The step of the page for a user code. It asks no storage. */
export const beginEntry = Effect.fn("DeviceConsent.begin")(function* (browserSecret: string) {
  const { lifetimes } = yield* ProviderConfig
  const step = new DeviceEntryInteraction({
    browser: yield* hashSecret(browserSecret),
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.interaction
  })
  return yield* sealStep(step)
})

/** A user code as somebody typed it. */
export const enterUserCode = Effect.fn("DeviceConsent.enter")(function* (
  sealed: string,
  typed: string,
  browser: Browser
) {
  const { expired } = yield* openStepOfAnyAge("device_entry", sealed, browser)
  const parsed = parse(typed)
  if (expired || Option.isNone(parsed)) {
    const outcome: Outcome = { _tag: "EnterCode", userCode: typed, isUnknown: !expired }
    return outcome
  }
  return yield* verify(parsed.value, browser)
})

/** What the device asks for, if somebody is signed in; else they sign in first. */
const verify = Effect.fnUntraced(function* (userCode: UserCode, browser: Browser) {
  const token = yield* sessionOf(browser.session)
  const found = token === undefined ? null : yield* retried(Sessions.find)(yield* keyOf(token))
  const secret = browser.secret ?? ""
  if (found === null) return yield* askToSignIn(userCode, secret)
  const asked = yield* findDevice(userCode)
  if (asked === undefined) return unknown(userCode)
  const { default_max_age } = asked.client.metadata
  const oldest = default_max_age === undefined ? 0 : (yield* Clock.currentTimeMillis) - default_max_age * 1000
  // RFC 7591 §2 default_max_age: as in any other authorization of this client.
  if (found.session.authentication.authTime < oldest) return yield* askToSignIn(userCode, secret)
  return yield* askFor(userCode, asked, found, secret)
})

const askToSignIn = (userCode: UserCode, browserSecret: string) =>
  loginStep(new DeviceVerification({ userCode }), browserSecret, null)

/** The consent that a device waits for; whoever is asked has just signed in. */
export const askForDevice = Effect.fn("DeviceConsent.ask")(function* (
  userCode: UserCode,
  signedIn: SessionAndUser,
  browserSecret: string
) {
  const asked = yield* findDevice(userCode)
  return asked === undefined ? unknown(userCode) : yield* askFor(userCode, asked, signedIn, browserSecret)
})

type Asked = Effect.Success<ReturnType<typeof findDevice>> & {}

const askFor = Effect.fnUntraced(function* (
  userCode: UserCode,
  { device }: Asked,
  { session, user }: SessionAndUser,
  browserSecret: string
) {
  const step = new DeviceConsentInteraction({
    browser: yield* hashSecret(browserSecret),
    userCode,
    device,
    userId: user.id,
    userName: displayName(user),
    sessionHash: session.hash,
    authenticatedSince: session.authentication.authTime,
    grantId: yield* drawGrantId(ofUser(user.id)),
    expiresAt: device.expiresAt
  })
  const outcome: Outcome = { _tag: "DeviceConsent", sealed: yield* sealStep(step) }
  return outcome
})

/** The device that waits under a user code, and its client as it is registered now. */
const findDevice = Effect.fnUntraced(function* (userCode: UserCode) {
  for (const id of yield* placesOfUserCode(userCode)) {
    const device = yield* retried(Devices.find)(id)
    if (device === null) continue
    const client = yield* clientOf(device.clientId)
    return client === undefined ? undefined : { device, client }
  }
  return undefined
})

const clientOf = Effect.fnUntraced(function* (id: ClientId) {
  const client = yield* retried(Clients.find)(id)
  return client !== null && rulesOf(client, yield* ProviderConfig).devices ? client : undefined
})

/** The step, with its client as it is registered now; undefined if another page has to be asked for. */
const openOwn = Effect.fnUntraced(function* (sealed: string, browser: Browser) {
  const { expired, step } = yield* openStepOfAnyAge("device_consent", sealed, browser)
  const { sameSession } = yield* ownSession(step, browser)
  const client: Client | undefined = yield* clientOf(step.device.clientId)
  return { step, client, stands: sameSession && !expired }
})

/** What the page shows, or where to go instead. */
export const viewDeviceConsent = Effect.fn("DeviceConsent.view")(function* (sealed: string, browser: Browser) {
  const { client, stands, step } = yield* openOwn(sealed, browser)
  if (client === undefined) return unknown(step.userCode)
  if (!stands) return yield* verify(step.userCode, browser)
  const { scopes, targets = [] } = step.device
  const resources = yield* describeTargets({ scopes, resources: targets.map(({ audience }) => audience) })
  return { _tag: "Ask" as const, step, client, resources }
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
  if (client === undefined) return unknown(step.userCode)
  if (!stands) return yield* verify(step.userCode, browser)
  // Looking for the client took its time: a grant that could not be redeemed any more is not made.
  const now = yield* Clock.currentTimeMillis
  if (now >= step.device.expiresAt) return unknown(step.userCode)
  const issuance: Issuance = {
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
  grantId: DeviceConsentInteraction["grantId"] | null
) {
  const decided: DeviceDecided = { _tag: "DeviceDecided", decision: grantId === null ? "denied" : "approved" }
  return yield* retried(Devices.decide)({ id: device.id, codeHash: device.codeHash, userId, grantId }).pipe(
    Effect.as<Outcome>(decided),
    // Somebody else was first, or it took too long.
    Effect.catchTag("DecisionRefused", () => Effect.succeed<Outcome>(unknown(userCode)))
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
