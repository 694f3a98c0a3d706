/**
 * Races over one pushed request. RFC 9126 §4: however many tabs it leads to, one answer to the client comes of it, and
 * no failure on the way to that answer uses it up for nothing.
 */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { approveConsent, denyConsent } from "../../../src/services/flows/authorize/ConsentStep.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import { pushRequest } from "../../../src/services/flows/PushRequest.ts"
import type { Entry } from "../Entry.ts"
import { asks, browserOf, form, relyingParty, signIn, stepOf, withUser } from "../Scene.ts"
import { doing, patient, race, type Rule, saying } from "./Race.ts"
import { finishes } from "./Rules.ts"

/** Pushes a request; what a browser brings of it. */
export const pushed = (changes: Readonly<Record<string, string>> = {}) =>
  Effect.map(pushRequest(relyingParty, asks(changes)), ({ request_uri }) => form({ client_id: "rp", request_uri }))

/** A relying party has pushed a request, and nobody has begun with it. */
export const withPushed = Effect.gen(function* () {
  yield* withUser
  return { request: yield* pushed(), browser: browserOf("b") }
})

/** Alice signed in at the page that a pushed request led to, and is asked for her consent. */
export const withPushedConsent = Effect.gen(function* () {
  const { browser, request } = yield* withPushed
  const signed = yield* signIn(stepOf(yield* authorize(request, browser)), browser)
  if (signed._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
  return { request, browser: browserOf("b", signed.cookie), sealed: stepOf(signed.outcome) }
})

/** Alice has consented before, and the next request is pushed: whoever begins with it is answered at once. */
const withSilentPushed = Effect.gen(function* () {
  const { browser, sealed } = yield* withPushedConsent
  yield* approveConsent(sealed, browser)
  return { browser, request: yield* pushed({ prompt: "none" }) }
})

/** An outcome, where a page that says that there is no such request is a refusal. */
export const unlessRefused = <E, R>(flow: Effect.Effect<Outcome, E, R>) =>
  Effect.flatMap(flow, (outcome) => (outcome._tag === "Unanswerable" ? Effect.fail(outcome) : Effect.succeed(outcome)))

const isRefused = (error: unknown): boolean => (error as { readonly _tag?: string })._tag === "Unanswerable"

const isAnswer = ({ _tag }: Outcome): boolean => _tag === "Redirect"

const thing = "pushed request"

/** One answer to the client comes of it, and one at least, unless somebody is still on the way. */
export const answeredOnce = (...names: ReadonlyArray<string>): ReadonlyArray<Rule> => [
  once({ thing, of: (action) => names.map((name) => saying(name, isAnswer)(action)).find((key) => key !== undefined) }),
  noBurn({ thing, of: doing(...names), refused: isRefused })
]

export const pushedRequests: ReadonlyArray<Entry> = [
  race({
    name: "pushed: approve/approve",
    setup: withPushedConsent,
    clients: ({ browser, sealed }) => ({
      first: act("approve", unlessRefused(approveConsent(sealed, browser))),
      second: act("approve", unlessRefused(approveConsent(sealed, browser)))
    }),
    oracles: answeredOnce("approve")
  }),
  race({
    name: "pushed: approve/deny",
    setup: withPushedConsent,
    clients: ({ browser, sealed }) => ({
      first: act("approve", unlessRefused(approveConsent(sealed, browser))),
      second: act("deny", unlessRefused(denyConsent(sealed, browser)))
    }),
    oracles: answeredOnce("approve", "deny")
  }),
  race({
    name: "pushed: visit/visit of a browser that is signed in",
    setup: withSilentPushed,
    clients: ({ browser, request }) => ({
      first: act("visit", unlessRefused(authorize(request, browser))),
      second: act("visit", unlessRefused(authorize(request, browser)))
    }),
    oracles: answeredOnce("visit")
  }),
  race({
    name: "pushed: visit while it is answered",
    setup: withPushedConsent,
    clients: ({ browser, request, sealed }) => ({
      first: act("deny", unlessRefused(denyConsent(sealed, browser))),
      second: act("visit", unlessRefused(authorize(request, browser)))
    }),
    oracles: [
      ...answeredOnce("deny", "visit"),
      revocation({ revoked: doing("deny"), accepted: saying("visit", () => true) })
    ]
  }),
  race({
    name: "pushed: push, visit and sign in, again after 503",
    setup: withUser,
    clients: () => ({
      browser: Effect.gen(function* () {
        const request = yield* act("push", patient(pushed()))
        const browser = browserOf("b")
        yield* act("visit", patient(unlessRefused(authorize(request, browser))))
        const again = yield* act("visit", patient(unlessRefused(authorize(request, browser))))
        yield* act("sign in", patient(signIn(stepOf(again), browser)))
      })
    }),
    oracles: [finishes]
  })
]
