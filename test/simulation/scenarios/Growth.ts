/**
 * Workers of two configurations side by side, as in the deploy that adds a generation of shards: what is used once is
 * used once, and nobody loses a code, a token or a session by asking the older of the two.
 */
import { Effect } from "effect"
import type { Generations } from "../../../src/domain/Locator.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { testProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { Provider, ProviderConfig } from "../../../src/services/ports/ProviderConfig.ts"
import { TooMany } from "../../../src/domain/RateLimit.ts"
import type { Entry } from "../Entry.ts"
import { redeem, refresh, relyingParty, signedInFor, withFamily, withOfflineTokens } from "../Scene.ts"
import { actionsOf, doing, isUnavailable, patient, race, refusalOf, type Rule } from "./Race.ts"
import { admittedAtMost, guess, withPlaces } from "./Limits.ts"
import { givenIsGood, isInvalidGrant, oneHead } from "./Rules.ts"
import { shownTwice } from "./Proofs.ts"

/** A Worker that knows these shards of every class. */
const workerOf = (generations: Generations) => {
  const [accountGenerations, ticketGenerations, limiterGenerations] = [generations, generations, generations]
  const config = new Provider({ ...testProvider, accountGenerations, ticketGenerations, limiterGenerations })
  return <A, E, R>(flow: Effect.Effect<A, E, R>) => Effect.provideService(flow, ProviderConfig, config)
}

/** As it was, and with a generation more. */
const older = workerOf(testProvider.ticketGenerations)
const newer = workerOf([2, 3])

/** Whoever asks the older Worker for what it does not know yet hears 503, and never that it is none of ours. */
const neverForged: Rule = {
  name: "No burn",
  judge: (run) => {
    const refused = actionsOf(run, "at the older").find((one) => {
      const error = refusalOf(one)
      return error !== undefined && !isUnavailable(error)
    })
    return refused === undefined ? undefined : `${refused.client} was refused by a Worker that did not know better`
  }
}

/** And the newer one serves whoever goes on asking. */
const isServed = (thing: string, action: string): ReadonlyArray<Rule> => [
  neverForged,
  noBurn({ thing, of: doing(action), refused: isInvalidGrant }),
  {
    name: "Liveness",
    judge: ({ answers }) => (answers.get("newer")?._tag === "Failure" ? "the newer Worker served nobody" : undefined)
  }
]

/** The same proof at both of them, where `grown` is how the shards of the newer one are said. */
export const provenAtBoth = (grown: Generations) => ({
  ...shownTwice,
  clients: (scene: Parameters<typeof shownTwice.clients>[0]) => {
    const { first, second } = shownTwice.clients(scene)
    return { first: older(first), second: workerOf(grown)(second) }
  }
})

const isTooMany = (error: unknown): boolean => error instanceof TooMany

/** Counts lie in the newest generation that a Worker knows, so that two Workers count apart while there are two. */
const countedTwiceAtMost: Rule = {
  name: "Limit",
  judge: (run) => {
    const refused = actionsOf(run, "guess").filter((one) => isTooMany(refusalOf(one)))
    return refused.length >= 2 ? undefined : "the places of both generations were taken, and more were admitted"
  }
}

export const growth: ReadonlyArray<Entry> = [
  race({ name: "growth: one proof at the older and the newer Worker", ...provenAtBoth([2, 3]) }),
  race({
    name: "growth: a code of the new generation at the older and the newer Worker",
    setup: newer(signedInFor("openid profile offline_access")),
    clients: (scene) => ({
      older: older(act("at the older", redeem(scene))),
      newer: newer(act("redeem", patient(redeem(scene))))
    }),
    oracles: isServed("code", "redeem"),
    faults: ["lost reply", "lost request", "overload"]
  }),
  race({
    name: "growth: a refresh token of the new generation at the older Worker",
    setup: newer(withOfflineTokens),
    clients: ({ accessToken, refreshToken }) => ({
      older: older(act("at the older", refresh(refreshToken))),
      newer: newer(act("refresh", patient(refresh(refreshToken)))),
      reader: older(act("at the older", introspect(relyingParty, accessToken)))
    }),
    oracles: isServed("refresh token", "refresh"),
    faults: ["lost reply", "lost request"]
  }),
  race({
    name: "growth: a refresh token of the old generation at both Workers",
    setup: older(withFamily),
    clients: ({ refreshToken }) => ({
      first: older(act("refresh", refresh(refreshToken))),
      second: newer(act("refresh", refresh(refreshToken)))
    }),
    oracles: [oneHead, givenIsGood()]
  }),
  race({
    counted: true,
    name: "growth: guesses at the older and the newer Worker, one place left in each",
    setup: Effect.as(Effect.andThen(older(withPlaces(1)), newer(withPlaces(1))), {}),
    clients: () => ({
      first: older(Effect.andThen(Effect.exit(act("guess", guess)), Effect.exit(act("guess", guess)))),
      second: newer(Effect.andThen(Effect.exit(act("guess", guess)), Effect.exit(act("guess", guess))))
    }),
    oracles: [admittedAtMost(2), countedTwiceAtMost],
    faults: ["late execution"]
  })
]
