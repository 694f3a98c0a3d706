/**
 * Races over one device. RFC 8628 §3.3, §3.5: one decision stands, one poll takes it, and two polls at once do not cost
 * the device what one of them got.
 */
import { Clock, Effect } from "effect"
import { deviceGrant } from "../../../src/domain/ClientMetadata.ts"
import { DeviceAuthorization } from "../../../src/domain/DeviceAuthorization.ts"
import { ClientId, DeviceId, SecretHash } from "../../../src/domain/Ids.ts"
import { AccessDenied } from "../../../src/domain/OAuthError.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { approveDevice, denyDevice } from "../../../src/services/flows/device/DeviceConsent.ts"
import { beginEntry, enterUserCode } from "../../../src/services/flows/device/VerifyDevice.ts"
import { currentRing } from "../../../src/services/flows/keys/Keys.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import { startDevice } from "../../../src/services/flows/device/StartDevice.ts"
import { token } from "../../../src/services/flows/Token.ts"
import { Devices } from "../../../src/services/storage/Devices.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { makeClient, makeUser } from "../../workerd/Fixtures.ts"
import type { Entry } from "../Entry.ts"
import { browserOf, form, type Provider, relyingParty, signIn, stepOf } from "../Scene.ts"
import { isTold } from "./Audited.ts"
import { actionsOf, anyway, doing, isAcknowledged, patient, race, refusalOf, type Rule, saying } from "./Race.ts"
import { finishes, givenIsGood, isInvalidGrant } from "./Rules.ts"

/** How long a device waits, in milliseconds. */
const lifetime = 600_000

/** A client for devices, Alice and Bob; a device waits. */
const withDevice = Effect.gen(function* () {
  yield* makeClient("rp", "secret of rp", { grant_types: [deviceGrant, "refresh_token"] })
  yield* currentRing()
  for (const name of ["alice", "bob"]) yield* makeUser(name)
  const codes = yield* startDevice(relyingParty, form({ scope: "openid offline_access" }))
  return { deviceCode: codes.device_code, userCode: codes.user_code }
})

/** Somebody has entered the code and signed in, and is asked. */
const asked = Effect.fnUntraced(function* (userCode: string, letter: string, login: string) {
  const unknown = browserOf(letter)
  const page = yield* enterUserCode(yield* beginEntry(unknown.secret), userCode, unknown)
  const signed = yield* signIn(stepOf(page), unknown, login)
  if (signed._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
  return { browser: browserOf(letter, signed.cookie), sealed: stepOf(signed.outcome) }
})

/** Alice is asked. */
const withQuestion = Effect.gen(function* () {
  const device = yield* withDevice
  return { ...device, ...(yield* asked(device.userCode, "b", "alice")) }
})

/** Alice has said yes, and the device has not asked since. */
const withApproval = Effect.tap(withQuestion, ({ browser, sealed }) => approveDevice(sealed, browser))

/** The device asks for its tokens. */
const redeem = ({ deviceCode }: { readonly deviceCode: string }) =>
  token(relyingParty, form({ grant_type: deviceGrant, device_code: deviceCode }))

/** An answer to the question, where a page that says that no device waits is a refusal. */
const unlessUnknown = <E, R>(flow: Effect.Effect<Outcome | { readonly _tag: "Ask" }, E, R>) =>
  Effect.flatMap(flow, (outcome) => (outcome._tag === "EnterCode" ? Effect.fail(outcome) : Effect.succeed(outcome)))

const isUnknownCode = (error: unknown): boolean =>
  (error as { readonly _tag?: string } | undefined)?._tag === "EnterCode"

const isDecision = ({ _tag }: Outcome): boolean => _tag === "DeviceDecided"

const takenOnce: Rule = once({ thing: "device code", of: doing("redeem") })

/** An approval that was refused to everybody was given to somebody. */
const notBurnt: Rule = noBurn({ thing: "device code", of: doing("redeem"), refused: isInvalidGrant })

const oneDecision: Rule = once({
  thing: "device",
  of: (action) => saying("approve", isDecision)(action) ?? saying("deny", isDecision)(action)
})

/** The same yes twice is one yes, and nobody hears that it is none. */
const yesIsYes: Rule = {
  name: "Once",
  judge: (run) =>
    actionsOf(run, "approve").some((one) => isUnknownCode(refusalOf(one))) ? "a yes was refused" : undefined
}

const neverUnsaid: Rule = {
  name: "Consent",
  judge: (run) =>
    isAcknowledged(run, "redeem") && !isTold(run, "device.approved") ? "tokens were given for no approval" : undefined
}

/** What the device hears, asked in peace: of a yes its tokens (or that it has them), of a no that it is one. */
const decisionStands: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const hears = redeem(run.scene as { readonly deviceCode: string })
    const [yes, no] = ["approve", "deny"].map((name) =>
      actionsOf(run, name).some((one) => saying(name, isDecision)(one))
    )
    return [
      ...(yes ? [{ what: "the approval", question: isRefused(hears, (e) => !isInvalidGrant(e), true) }] : []),
      ...(no ? [{ what: "the denial", question: isRefused(hears, (e) => e instanceof AccessDenied, false) }] : [])
    ]
  }
})

/** Whether a poll is refused so; or what it is worth if it succeeds. */
const isRefused = <R>(poll: Effect.Effect<unknown, unknown, R>, so: (error: unknown) => boolean, onSuccess: boolean) =>
  poll.pipe(
    Effect.as(onSuccess),
    Effect.catch((error) => Effect.succeed(onSuccess ? !so(error) : so(error)))
  )

const neverLate: Rule = {
  name: "Expiry",
  judge: (run) => (actionsOf(run, "redeem late").some(succeeded) ? "tokens were given after the time" : undefined)
}

/** Another device under the same user code. */
const underOneCode = Effect.fnUntraced(function* (letter: string) {
  return new DeviceAuthorization({
    id: DeviceId.make(`1-0.${"d".repeat(22)}`),
    codeHash: SecretHash.make(letter.repeat(43)),
    clientId: ClientId.make("rp"),
    scopes: ["openid"],
    status: "pending",
    grantId: null,
    interval: 5_000,
    polledAt: null,
    hurried: false,
    attempt: null,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetime
  })
})

export const devices: ReadonlyArray<Entry> = [
  race({
    name: "device: poll/poll after approval",
    setup: withApproval,
    clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
    oracles: [takenOnce, notBurnt, givenIsGood()]
  }),
  race({
    name: "device: poll, again after 503",
    setup: withApproval,
    clients: (scene) => ({ device: act("redeem", patient(redeem(scene))) }),
    oracles: [takenOnce, givenIsGood(), finishes]
  }),
  race({
    name: "device: approve/deny by two people",
    setup: Effect.gen(function* () {
      const device = yield* withDevice
      return {
        ...device,
        alice: yield* asked(device.userCode, "b", "alice"),
        bob: yield* asked(device.userCode, "c", "bob")
      }
    }),
    clients: ({ alice, bob }) => ({
      alice: act("approve", unlessUnknown(approveDevice(alice.sealed, alice.browser))),
      bob: act("deny", unlessUnknown(denyDevice(bob.sealed, bob.browser)))
    }),
    oracles: [
      oneDecision,
      noBurn({ thing: "device", of: doing("approve", "deny"), refused: isUnknownCode }),
      decisionStands
    ]
  }),
  race({
    name: "device: approve/approve by one button",
    setup: withQuestion,
    clients: ({ browser, sealed }) => ({
      first: act("approve", unlessUnknown(approveDevice(sealed, browser))),
      second: act("approve", unlessUnknown(approveDevice(sealed, browser)))
    }),
    oracles: [yesIsYes, decisionStands]
  }),
  race({
    name: "device: poll while it is approved",
    setup: withQuestion,
    clients: (scene) => ({
      alice: act("approve", unlessUnknown(approveDevice(scene.sealed, scene.browser))),
      device: act("redeem", redeem(scene))
    }),
    oracles: [takenOnce, neverUnsaid, givenIsGood(), decisionStands]
  }),
  race({
    name: "device: poll while it is denied",
    setup: withQuestion,
    clients: (scene) => ({
      alice: act("deny", unlessUnknown(denyDevice(scene.sealed, scene.browser))),
      device: act("redeem", redeem(scene))
    }),
    oracles: [neverUnsaid, decisionStands]
  }),
  race({
    name: "device: approved in the last millisecond, or later",
    setup: Effect.gen(function* () {
      const scene = yield* withQuestion
      yield* Effect.sleep(lifetime - 1)
      return scene
    }),
    clients: (scene) => ({
      alice: act("approve", unlessUnknown(approveDevice(scene.sealed, scene.browser))),
      device: Effect.andThen(
        anyway(act("poll", redeem(scene))),
        Effect.andThen(Effect.sleep(1), act("redeem late", redeem(scene)))
      )
    }),
    oracles: [neverLate, neverUnsaid]
  }),
  race({
    name: "device: start/start under one user code",
    setup: Effect.gen(function* () {
      return { one: yield* underOneCode("a"), other: yield* underOneCode("b") }
    }),
    clients: ({ one, other }) => ({
      first: act("start", retried(Devices.start)(one)),
      second: act("start", retried(Devices.start)(other))
    }),
    oracles: [
      once({ thing: "user code", of: doing("start") }),
      noBurn({
        thing: "user code",
        of: doing("start"),
        refused: (error) => (error as { readonly _tag?: string })._tag === "UserCodeTaken"
      })
    ]
  })
]
