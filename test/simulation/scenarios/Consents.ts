/**
 * Races over a consent step, and over the consent that grants rest on. OIDC Core §3.1.2.4: a consent is written with
 * the code that it allows, in one transaction, and what rests on one that was withdrawn is dead.
 *
 * A consent step is no single-use thing: the button pressed twice gives two codes, both of which the user allowed, and
 * whichever the browser brings to the client is good. What is single-use is each code.
 */
import { Effect } from "effect"
import { LoginRequired } from "../../../src/domain/AuthorizationCode.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { approveConsent, denyConsent } from "../../../src/services/flows/authorize/ConsentStep.ts"
import { deleteClient } from "../../../src/services/flows/operator/DeleteClient.ts"
import { updateClient } from "../../../src/services/flows/operator/UpdateClient.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import type { OperationRecord } from "../../../src/layers/test/kernel/History.ts"
import type { UserChange } from "../../../src/services/storage/Users.ts"
import type { Entry } from "../Entry.ts"
import {
  asks,
  browserOf,
  codeOf,
  consentFor,
  type Provider,
  signIn,
  signOut,
  stepOf,
  withConsentStep,
  withLoginForm,
  withOnlineTokens
} from "../Scene.ts"
import { withdrawConsent } from "../../../src/services/flows/operator/WithdrawConsent.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { atOnce, codesAreGood, endings, isRedeemable } from "./Codes.ts"
import { actionsOf, doing, operationsOf, patient, race, refusalOf, type Rule, saying, type Told } from "./Race.ts"
import { allFallsWith, finishes, not } from "./Rules.ts"

const withOnlineStep = consentFor("openid profile")

const isCode = (outcome: Outcome): boolean => codeOf(outcome) !== undefined

/** The codes that an approval gave. */
const codesGiven = (run: Told): ReadonlyArray<string> =>
  actionsOf(run, "approve")
    .filter(succeeded)
    .flatMap((action) => codeOf(valueOf(action) as Outcome) ?? [])

/** What ends what an approval gave. */
const endingOperations = ["Consent.withdraw", "Session.end", "Session.endMany", "User.change", "User.remove"]

/** A password that is set ends nothing by itself: the sessions that end next do. */
const isEnding = ({ call }: OperationRecord): boolean =>
  call.operation !== "User.change" || (call.request[0] as UserChange).status === "disabled"

/** A code that was given before it all ended is good for nothing after that. */
const codesFall: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const end =
      operationsOf(run, ...endingOperations)
        .filter(isEnding)
        .findLast(succeeded)?.executed ?? -1
    return actionsOf(run, "approve")
      .filter((action) => succeeded(action) && (action.ended ?? end) < end)
      .flatMap((action) => codeOf(valueOf(action) as Outcome) ?? [])
      .map((code) => ({ what: "the end of a code", question: not(isRedeemable(code)) }))
  }
})

/** No approval that begins after it gets a code. A withdrawal is undone by another approval, and says nothing of it. */
const noCodeAfter = (...endingNames: ReadonlyArray<string>): Rule =>
  revocation({ revoked: doing(...endingNames), accepted: saying("approve", isCode) })

/** Whether Alice, who signs in anew, is asked for her consent. */
const isAsked = Effect.gen(function* () {
  const browser = browserOf("n")
  const signed = yield* signIn(stepOf(yield* authorize(asks({ scope: "openid profile" }), browser)), browser)
  return signed._tag === "SignedIn" && signed.outcome._tag === "Consent"
})

/** A yes that was refused each time it reached its home, because the session had ended, is not remembered. */
const noConsentWithoutCode: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const asked = operationsOf(run, "AuthorizationCode.approve")
    return asked.length > 0 && asked.every((one) => refusalOf(one) instanceof LoginRequired)
      ? [{ what: "the refusal of a consent", question: isAsked }]
      : []
  }
})

const approvals = [
  race({
    name: "approve/approve",
    setup: withConsentStep,
    clients: ({ browser, sealed }) => ({
      first: act("approve", approveConsent(sealed, browser)),
      second: act("approve", approveConsent(sealed, browser))
    }),
    oracles: [codesAreGood(codesGiven)]
  }),
  race({
    name: "approve, and again after 503, two faults",
    atMost: 2,
    setup: withConsentStep,
    clients: ({ browser, sealed }) => ({ browser: act("approve", patient(approveConsent(sealed, browser))) }),
    oracles: [finishes, codesAreGood(codesGiven)]
  }),
  race({
    name: "approve/deny",
    setup: withConsentStep,
    clients: ({ browser, sealed }) => ({
      first: act("approve", approveConsent(sealed, browser)),
      second: act("deny", denyConsent(sealed, browser))
    }),
    oracles: [codesAreGood(codesGiven)]
  }),
  race({
    name: "approve/logout",
    setup: withOnlineStep,
    clients: ({ browser, sealed }) => ({
      first: act("approve", approveConsent(sealed, browser)),
      second: act("logout", signOut(browser))
    }),
    oracles: [noCodeAfter("logout"), codesFall, noConsentWithoutCode]
  }),
  ...endings.map(({ name, run }) =>
    race({
      name: `approve/${name}`,
      setup: withOnlineStep,
      clients: ({ browser, sealed, user }) => ({
        browser: act("approve", approveConsent(sealed, browser)),
        operator: act(name, patient(run(user.id)))
      }),
      oracles: [
        ...(name === "withdraw consent" ? [] : [noCodeAfter(name)]),
        ...atOnce(name, "AuthorizationCode.approve"),
        codesFall
      ]
    })
  ),
  race({
    // A new consent does not bring back what rested on the one that was withdrawn.
    name: "approve anew/withdraw consent",
    setup: Effect.gen(function* () {
      const scene = yield* withOnlineTokens
      const asked = asks({ scope: "openid profile", prompt: "consent" })
      return { ...scene, sealed: stepOf(yield* authorize(asked, scene.browser)) }
    }),
    clients: ({ browser, sealed, user }) => ({
      browser: act("approve", approveConsent(sealed, browser)),
      operator: act("withdraw consent", patient(withdrawConsent(user.id, "rp")))
    }),
    oracles: [codesFall, allFallsWith("withdraw consent", ({ accessToken }: { accessToken: string }) => [accessToken])]
  })
]

/** What a step leads to is decided by what is registered when it is taken. RFC 9700 §2.1. */
const elsewhere = { redirect_uris: ["https://rp.example/new"] }

const withdrawn = [
  race({
    name: "approve/deregister the redirect URI",
    setup: withConsentStep,
    clients: ({ browser, sealed }) => ({
      browser: act("approve", approveConsent(sealed, browser)),
      operator: act("deregister", updateClient({ id: "rp", metadata: elsewhere }))
    }),
    oracles: [noCodeAfter("deregister")]
  }),
  race({
    name: "approve/delete client",
    setup: withConsentStep,
    clients: ({ browser, sealed }) => ({
      browser: act("approve", approveConsent(sealed, browser)),
      operator: act("delete client", deleteClient("rp"))
    }),
    oracles: [noCodeAfter("delete client")]
  }),
  race({
    name: "login/deregister the redirect URI",
    setup: withLoginForm,
    clients: ({ browser, sealed }) => ({
      browser: act("login", signIn(sealed, browser)),
      operator: act("deregister", updateClient({ id: "rp", metadata: elsewhere }))
    }),
    oracles: [revocation({ revoked: doing("deregister"), accepted: doing("login") })]
  }),
  race({
    name: "login/delete client",
    setup: withLoginForm,
    clients: ({ browser, sealed }) => ({
      browser: act("login", signIn(sealed, browser)),
      operator: act("delete client", deleteClient("rp"))
    }),
    oracles: [revocation({ revoked: doing("delete client"), accepted: doing("login") })]
  })
]

export const consents: ReadonlyArray<Entry> = [...approvals, ...withdrawn]
