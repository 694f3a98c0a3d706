/**
 * From a user code to the question what the device may do. RFC 8628 §3.3.
 *
 * Only signed-in people can look a user code up, and one that never was, is decided or came too late all look the same
 * to them (§5.1). A link that brings the user code along fills it in and does no more (§3.3.1).
 */
import { Clock, Effect, Option } from "effect"
import { rulesOf } from "../../../domain/ClientRules.ts"
import type { DeviceAuthorization } from "../../../domain/DeviceAuthorization.ts"
import type { ClientId, UserId } from "../../../domain/Ids.ts"
import { DeviceConsentInteraction, DeviceEntryInteraction, DeviceVerification } from "../../../domain/Interaction.ts"
import { ofUser } from "../../../domain/Locator.ts"
import { displayName } from "../../../domain/User.ts"
import { format, parse, type UserCode } from "../../../domain/UserCode.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Clients } from "../../storage/Clients.ts"
import { Devices } from "../../storage/Devices.ts"
import { retried } from "../../storage/Retry.ts"
import { type SessionAndUser, Sessions } from "../../storage/Sessions.ts"
import { tell } from "../audit/Tell.ts"
import { loginStep } from "../signin/LoginStep.ts"
import type { Browser, EnterCode, Outcome } from "../authorize/Outcome.ts"
import { keyOf, sessionOf } from "../Placed.ts"
import { openStepOfAnyAge, sealStep } from "../SealedStep.ts"
import { drawGrantId, hashSecret } from "../Secrets.ts"
import { throttle } from "../limits/Throttle.ts"
import { placesOfUserCode } from "./UserCodePlaces.ts"

/** No device waits under this user code. */
export const unknownCode = (code: UserCode): EnterCode => ({
  _tag: "EnterCode",
  userCode: format(code),
  problem: "unknown"
})

/** The step of the page for a user code. It asks no storage. */
export const beginEntry = Effect.fn("VerifyDevice.begin")(function* (browserSecret: string) {
  const { lifetimes } = yield* ProviderConfig
  const step = new DeviceEntryInteraction({
    browser: yield* hashSecret(browserSecret),
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.interaction
  })
  return yield* sealStep(step)
})

/** A user code as somebody typed it. */
export const enterUserCode = Effect.fn("VerifyDevice.enter")(function* (
  sealed: string,
  typed: string,
  browser: Browser
) {
  const { expired } = yield* openStepOfAnyAge("device_entry", sealed, browser)
  const parsed = parse(typed)
  if (expired || Option.isNone(parsed)) {
    const outcome: Outcome = { _tag: "EnterCode", userCode: typed, problem: expired ? undefined : "unknown" }
    return outcome
  }
  return yield* verifyUserCode(parsed.value, browser)
})

/** What the device asks for, if somebody is signed in; else they sign in first. */
export const verifyUserCode = Effect.fnUntraced(function* (userCode: UserCode, browser: Browser) {
  const token = yield* sessionOf(browser.session)
  const found = token === undefined ? null : yield* retried(Sessions.find)(yield* keyOf(token))
  const secret = browser.secret ?? ""
  if (found === null) return yield* askToSignIn(userCode, secret)
  const asked = yield* guessDevice(userCode, found.user.id)
  if (asked === undefined) return unknownCode(userCode)
  const { default_max_age } = asked.client.metadata
  const oldest = default_max_age === undefined ? 0 : (yield* Clock.currentTimeMillis) - default_max_age * 1000
  // RFC 7591 §2 default_max_age: as in any other authorization of this client.
  if (found.session.authentication.authTime < oldest) return yield* askToSignIn(userCode, secret)
  return yield* askFor(userCode, asked.device, found, secret)
})

/** The login that leads to a user code. */
export const askToSignIn = (userCode: UserCode, browserSecret: string) =>
  loginStep(new DeviceVerification({ userCode }), browserSecret, null)

/** The consent that a device waits for; whoever is asked has just signed in, and stays so whatever the code is. */
export const askForDevice = Effect.fn("VerifyDevice.ask")(function* (
  userCode: UserCode,
  signedIn: SessionAndUser,
  browserSecret: string
) {
  return yield* guessDevice(userCode, signedIn.user.id).pipe(
    Effect.flatMap((asked) =>
      asked === undefined
        ? Effect.succeed<Outcome>(unknownCode(userCode))
        : askFor(userCode, asked.device, signedIn, browserSecret)
    ),
    Effect.catchTag("TooMany", () =>
      Effect.succeed<Outcome>({ _tag: "EnterCode", userCode: format(userCode), problem: "throttled" })
    )
  )
})

/**
 * RFC 8628 §5.1: whoever enters codes is limited. By the person alone: only signed-in people can look one up, and a
 * limit of their network would let each of them stop the others.
 */
const guessDevice = Effect.fnUntraced(function* (userCode: UserCode, userId: UserId) {
  yield* throttle("user_code", userId)
  const found = yield* findDevice(userCode)
  if (found === undefined) yield* tell({ type: "user_code.refused", userId })
  return found
})

const askFor = Effect.fnUntraced(function* (
  userCode: UserCode,
  device: DeviceAuthorization,
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
    const client = yield* deviceClient(device.clientId)
    return client === undefined ? undefined : { device, client }
  }
  return undefined
})

/** The client of a device, unless it may have none any more. */
export const deviceClient = Effect.fnUntraced(function* (id: ClientId) {
  const client = yield* retried(Clients.find)(id)
  return client !== null && rulesOf(client, yield* ProviderConfig).devices ? client : undefined
})
