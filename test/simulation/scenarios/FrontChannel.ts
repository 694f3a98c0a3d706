/**
 * Races over tokens that the authorization endpoint gives itself, beside a code or instead of one. OIDC Core §3.2,
 * §3.3; RFC 6749 §4.1.2: what a reused code gave ends, and so does what was given beside it.
 */
import { Effect } from "effect"
import type { Finished } from "../../../src/layers/test/Scenario.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { approveConsent } from "../../../src/services/flows/authorize/ConsentStep.ts"
import { currentRing } from "../../../src/services/flows/keys/Keys.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import { userInfo } from "../../../src/services/flows/UserInfo.ts"
import { InvalidToken } from "../../../src/domain/OAuthError.ts"
import { makeUser } from "../../workerd/Fixtures.ts"
import type { Entry } from "../Entry.ts"
import { asks, browserOf, type Provider, redeem, registered, signIn, signOut, stepOf } from "../Scene.ts"
import { isTold } from "./Audited.ts"
import { actionsOf, doing, isAcknowledged, patient, race, refusalOf, type Rule, type Told } from "./Race.ts"
import { finishes, givenIsGood, isActive, isAnswered, not, reuseEndsAll } from "./Rules.ts"

const asksFor = (response_type: string, changes: Readonly<Record<string, string>> = {}) =>
  asks({ response_type, scope: "openid profile", ...changes })

/** What the browser carries back to the client behind the `#`. */
const givenBy = (outcome: Outcome) => {
  const answer = new URLSearchParams(outcome._tag === "Redirect" ? new URL(outcome.uri).hash.slice(1) : "")
  return { code: answer.get("code") ?? "", accessToken: answer.get("access_token") ?? "" }
}

/** Alice is signed in and has consented; her relying party has a code, and an access token that came beside it. */
const withBoth = Effect.gen(function* () {
  yield* registered("rp", {
    grant_types: ["authorization_code", "implicit"],
    response_types: ["id_token token", "code id_token token"]
  })
  yield* currentRing()
  const user = yield* makeUser("alice")
  const unknown = browserOf("b")
  const signedIn = yield* signIn(stepOf(yield* authorize(asksFor("code id_token token"), unknown)), unknown)
  if (signedIn._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
  const browser = browserOf("b", signedIn.cookie)
  return { user, browser, ...givenBy(yield* approveConsent(stepOf(signedIn.outcome), browser)) }
})

const redeemedOnce: Rule = once({ thing: "code", of: doing("redeem") })

type Run = Finished<unknown, Provider>

const kept = (
  what: string,
  when: (run: Run) => boolean,
  question: (token: string) => Effect.Effect<boolean, unknown, Provider>
) =>
  durability<unknown, Provider>({
    kept: (run) => {
      const { accessToken } = run.scene as { readonly accessToken: string }
      return when(run) ? [{ what, question: question(accessToken) }] : []
    }
  })

/** The token beside a code is good whatever happens to the code, until somebody uses it a second time. */
const besideStands: Rule = kept("what came beside a code", (run) => !isTold(run, "code.reused"), isAnswered)

const besideFalls: Rule = kept(
  "the end of what came beside a code that was used twice",
  (run) => isTold(run, "code.reused"),
  (token) => not(isActive(token))
)

/** Nobody is refused with a good token in between. */
const neverRefused: Rule = {
  name: "Durability",
  judge: (run) =>
    actionsOf(run, "userinfo").some((action) => refusalOf(action) instanceof InvalidToken)
      ? "a good access token was refused"
      : undefined
}

const tokensOf = (run: Told): ReadonlyArray<string> =>
  actionsOf(run, "authorize")
    .filter(succeeded)
    .map((action) => givenBy(valueOf(action) as Outcome).accessToken)
    .filter((token) => token !== "")

/** Once the sign-out was acknowledged, none of the tokens is good that were given before it or at the same time. */
const tokensFall: Rule = durability<unknown, Provider>({
  kept: (run) =>
    isAcknowledged(run, "logout")
      ? tokensOf(run).map((token) => ({ what: "the end of a token by logout", question: not(isActive(token)) }))
      : []
})

const tokensAreGood: Rule = durability<unknown, Provider>({
  kept: (run) => tokensOf(run).map((token) => ({ what: "what was given at once", question: isAnswered(token) }))
})

export const frontChannel: ReadonlyArray<Entry> = [
  race({
    name: "redeem/use of the token beside the code",
    setup: withBoth,
    clients: (scene) => ({
      client: act("redeem", redeem(scene)),
      script: act("userinfo", userInfo(scene.accessToken))
    }),
    oracles: [givenIsGood(), besideStands, neverRefused]
  }),
  race({
    name: "redeem/redeem of a code beside a token",
    setup: withBoth,
    clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
    oracles: [redeemedOnce, reuseEndsAll, besideFalls, besideStands]
  }),
  race({
    name: "authorize for tokens/logout",
    setup: withBoth,
    clients: ({ browser }) => ({
      client: act("authorize", authorize(asksFor("id_token token", { prompt: "none" }), browser)),
      browser: act("logout", signOut(browser))
    }),
    oracles: [tokensFall]
  }),
  race({
    name: "authorize for tokens/authorize for tokens",
    setup: withBoth,
    clients: ({ browser }) => ({
      first: act("authorize", patient(authorize(asksFor("id_token token"), browser))),
      second: act("authorize", patient(authorize(asksFor("code id_token token"), browser)))
    }),
    oracles: [tokensAreGood, finishes]
  })
]
