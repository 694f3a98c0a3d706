/**
 * Races over one authorization code. RFC 6749 §4.1.2: a client must not use a code more than once; if it is, the server
 * must deny it and should revoke what it gave.
 */
import { Effect } from "effect"
import type { Finished } from "../../../src/layers/test/Scenario.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { InvalidGrant } from "../../../src/domain/OAuthError.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import type { TokenResponse } from "../../../src/services/flows/IssueTokens.ts"
import type { Entry } from "../Entry.ts"
import { type Provider, redeem, relyingParty, stranger, withCode } from "../Scene.ts"
import { isTold } from "./Audited.ts"
import { durability, noBurn, once } from "./Judges.ts"
import { actionsOf, doing, isAcknowledged, patient, race, type Rule, succeeded, valueOf } from "./Race.ts"

const isInvalidGrant = (error: unknown): boolean => error instanceof InvalidGrant

/** Whether a token is good, as introspection says in peace. */
export const isActive = (token: string) => Effect.map(introspect(relyingParty, token), ({ active }) => active)

type Run = Pick<Finished<never, never>, "history">

/** All tokens that anybody was given by actions of these names. */
export const tokensGiven = (run: Run, ...names: ReadonlyArray<string>): ReadonlyArray<string> =>
  actionsOf(run, ...names)
    .filter(succeeded)
    .flatMap((action) => {
      const { access_token, refresh_token } = valueOf(action) as TokenResponse
      return refresh_token === undefined ? [access_token] : [access_token, refresh_token]
    })

const redeemedOnce: Rule = once({ thing: "the code", of: doing("redeem") })

/** What a reused code gave is good for nothing from then on (RFC 6749 §4.1.2); what others gave is good. */
const goodUnlessReused: Rule = durability({
  kept: (run) => {
    const isReused = isTold(run, "code.reused")
    return tokensGiven(run, "redeem").map((token) => ({
      what: isReused ? "what a reused code gave is dead" : "what the code gave is good",
      question: Effect.map(isActive(token), (active) => active !== isReused)
    }))
  }
})

/**
 * Whether the code was redeemed for somebody who never heard of it. Then whoever presents it next is what RFC 6749
 * §4.1.2 calls a second use: it is refused, and what was given is revoked. The client asks its user again.
 */
const isAnswerLost = (run: Finished<unknown, Provider>): boolean =>
  isTold(run, "code.redeemed") && !actionsOf(run, "redeem").some(succeeded)

/** A code that was refused to everybody was given to somebody, or to nobody by mistake. */
const notBurnt: Rule = noBurn({ thing: "the code", of: doing("redeem"), refused: isInvalidGrant, unless: isAnswerLost })

/** Its own client gets what the code is worth, whoever else presented it. */
const ownerIsServed: Rule = noBurn({ thing: "the code", of: doing("redeem"), refused: isInvalidGrant })

const neverStolen: Rule = {
  name: "No theft",
  judge: (run) => (isAcknowledged(run, "steal") ? "a code gave tokens to somebody else" : undefined)
}

export const codes: ReadonlyArray<Entry> = [
  race({
    name: "redeem/redeem",
    setup: withCode,
    clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
    oracles: [redeemedOnce, goodUnlessReused, notBurnt]
  }),
  race({
    name: "redeem/redeem by another client",
    setup: withCode,
    clients: (scene) => ({
      owner: act("redeem", patient(redeem(scene))),
      thief: act("steal", redeem(scene, stranger))
    }),
    oracles: [redeemedOnce, goodUnlessReused, neverStolen, ownerIsServed]
  }),
  race({
    name: "redeem/redeem with another verifier",
    setup: withCode,
    clients: (scene) => ({
      owner: act("redeem", patient(redeem(scene))),
      thief: act("steal", redeem(scene, relyingParty, { code_verifier: "w".repeat(43) }))
    }),
    // The thief comes as the client itself. Before the redemption nothing happens to the code; after it, this is a
    // second use like any other, and an owner whose answer was on its way loses it with everybody else.
    oracles: [redeemedOnce, goodUnlessReused, neverStolen, notBurnt]
  })
]
