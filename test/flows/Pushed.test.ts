/** A pushed request and its time, and what fails on the way to its answer. RFC 9126 §2.2, §4. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { describeProvider } from "../../src/services/flows/DescribeProvider.ts"
import { approveConsent } from "../../src/services/flows/authorize/ConsentStep.ts"
import { pushRequest } from "../../src/services/flows/PushRequest.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"
import { asks, browserOf, codeOf, form, relyingParty, signIn, stepOf, withUser } from "../simulation/Scene.ts"

const { interaction, pushedRequest } = testProvider.lifetimes

const push = Effect.map(pushRequest(relyingParty, asks()), ({ request_uri }) => form({ client_id: "rp", request_uri }))

/** Alice signs in at the page that a pushed request led to, and is asked for her consent. */
const consentPage = Effect.gen(function* () {
  yield* withUser
  const request = yield* push
  const unknown = browserOf("b")
  const signed = yield* signIn(stepOf(yield* authorize(request, unknown)), unknown)
  if (signed._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
  return { request, browser: browserOf("b", signed.cookie), sealed: stepOf(signed.outcome) }
})

const invalid = { _tag: "Unanswerable", error: "invalid_request_uri", parameter: "request_uri" }

it.effect("attack 21: expired: invalid_request_uri; until then it is good", () =>
  Effect.gen(function* () {
    yield* withUser
    const request = yield* push
    yield* TestClock.adjust(pushedRequest - 1)
    expect(yield* authorize(request, browserOf("b"))).toMatchObject({ _tag: "Login" })
    yield* TestClock.adjust(1)
    expect(yield* authorize(request, browserOf("b"))).toMatchObject(invalid)
  }).pipe(Effect.provide(MemoryProvider))
)

it.effect("RFC 9126 §2.2: expires_in is how long it is good, in seconds", () =>
  Effect.gen(function* () {
    yield* withUser
    expect(yield* pushRequest(relyingParty, asks())).toMatchObject({ expires_in: pushedRequest / 1000 })
    expect(pushedRequest / 1000).toBeLessThan(600)
  }).pipe(Effect.provide(MemoryProvider))
)

it.effect("FAPI 2.0 §5.3.2.2: redirect_uri is pushed with the rest, where it could be told without it too", () =>
  Effect.gen(function* () {
    yield* withUser
    const plain = { scope: "profile", nonce: "" }
    expect(yield* pushRequest(relyingParty, asks(plain))).toMatchObject({ expires_in: pushedRequest / 1000 })
    const refused = yield* Effect.flip(pushRequest(relyingParty, asks({ ...plain, redirect_uri: "" })))
    expect(refused).toMatchObject({ _tag: "InvalidRequest", parameter: "redirect_uri" })
  }).pipe(Effect.provide(MemoryProvider))
)

it.effect("whoever began in time is answered, though the request has expired meanwhile", () =>
  Effect.gen(function* () {
    const { browser, sealed } = yield* consentPage
    yield* TestClock.adjust(interaction - 1)
    expect(codeOf(yield* approveConsent(sealed, browser))).toBeTypeOf("string")
  }).pipe(Effect.provide(MemoryProvider))
)

it.effect("of two answers to one request, the first is given to the client, and the second is a page", () =>
  Effect.gen(function* () {
    const { browser, request, sealed } = yield* consentPage
    expect(codeOf(yield* approveConsent(sealed, browser))).toBeTypeOf("string")
    expect(yield* approveConsent(sealed, browser)).toMatchObject(invalid)
    expect(yield* authorize(request, browser)).toMatchObject(invalid)
  }).pipe(Effect.provide(MemoryProvider))
)

/** A storage that does not do one of its operations. */
const without = (broken: string): (typeof Around)["Service"] => {
  const failed = new NotExecuted({ operation: broken, reason: "overloaded", detail: "" })
  return (call, run) => (call.operation === broken ? Effect.fail(failed as never) : run)
}

it.effect.each(["AuthorizationCode.approve", "Client.find", "PushedRequest.complete"])(
  "a failure of %s before the answer does not burn the request",
  (broken) =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* consentPage
      const failed = yield* Effect.flip(Effect.provideService(approveConsent(sealed, browser), Around, without(broken)))
      expect(failed).toMatchObject({ _tag: "NotExecuted", operation: broken })
      expect(codeOf(yield* approveConsent(sealed, browser))).toBeTypeOf("string")
    }).pipe(Effect.provide(MemoryProvider))
)

it.effect("RFC 9126 §5: a provider that demands it: whoever does not push is refused, and the metadata say so", () =>
  Effect.gen(function* () {
    yield* withUser
    const browser = browserOf("b")
    expect(yield* authorize(asks(), browser)).toMatchObject({
      _tag: "Redirect",
      uri: expect.stringContaining("error=invalid_request")
    })
    expect(yield* authorize(yield* push, browser)).toMatchObject({ _tag: "Login" })
    expect(yield* describeProvider()).toMatchObject({ require_pushed_authorization_requests: true })
  }).pipe(
    Effect.provideService(ProviderConfig, new Provider({ ...testProvider, requirePushedRequests: true })),
    Effect.provide(MemoryProvider)
  )
)
