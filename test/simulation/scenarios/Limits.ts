/**
 * Races for the last places under a limit: never more are admitted than it says, whatever happens to a call, and the
 * operator hears of it once.
 */
import { Effect } from "effect"
import { limits as declared, TooMany } from "../../../src/domain/RateLimit.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { limit } from "../../../src/layers/test/oracles/Limit.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { throttle } from "../../../src/services/flows/limits/Throttle.ts"
import type { Entry } from "../Entry.ts"
import { allEvents } from "./Audited.ts"
import { actionsOf, doing, patient, race, refusalOf, type Rule } from "./Race.ts"
import { finishes } from "./Rules.ts"

const { most, window: windowMillis } = declared.login_account

/** Whose password is guessed. */
export const name = "username:alice"

/** One more guess at it. */
export const guess = Effect.asVoid(throttle("login_account", name))

/** All but so many places are taken, at the moment at which the clients begin. */
export const withPlaces = (free: number) => Effect.asVoid(Effect.replicateEffect(guess, most - free))

export const isTooMany = (error: unknown): boolean => error instanceof TooMany

export const admittedAtMost = (free: number): Rule => limit({ of: doing("guess"), most: free, windowMillis })

/** Who was refused was refused for somebody who was admitted. */
export const notBurnt: Rule = noBurn({ thing: "limit", of: doing("guess"), refused: isTooMany })

/** The operator is told once that a limit was reached, and not when none was. */
const toldOnce: Rule = {
  name: "Audit",
  judge: (run) => {
    const told = run.ask(Effect.map(allEvents, (all) => all.filter(({ type }) => type === "limit.reached").length))
    const count = told._tag === "Success" ? told.value : 0
    const refused = actionsOf(run, "guess").some((one) => isTooMany(refusalOf(one)))
    return count > 1 || (refused && count === 0) ? `told ${count} times that the limit was reached` : undefined
  }
}

/** Nobody is admitted in a window that is full, to its last millisecond; the set-up filled it at the very beginning. */
const notTooSoon: Rule = {
  name: "Limit",
  judge: (run) =>
    actionsOf(run, "early").some((one) => succeeded(one) && (one.endedAt ?? 0) < windowMillis)
      ? "admitted before there was a place"
      : undefined
}

/** And all places are free when it ends. */
const notTooLate: Rule = {
  name: "Limit",
  judge: (run) =>
    actionsOf(run, "guess").some((one) => isTooMany(refusalOf(one))) ? "refused when the window was over" : undefined
}

const all = (free: number): ReadonlyArray<Rule> => [admittedAtMost(free), notBurnt, toldOnce]

export const limits: ReadonlyArray<Entry> = [
  race({
    counted: true,
    name: "limit: two guesses for the last place",
    setup: Effect.as(withPlaces(1), {}),
    clients: () => ({ first: act("guess", guess), second: act("guess", guess) }),
    oracles: all(1)
  }),
  race({
    counted: true,
    name: "limit: three guesses for two places",
    setup: Effect.as(withPlaces(2), {}),
    clients: () => ({ first: act("guess", guess), second: act("guess", guess), third: act("guess", guess) }),
    oracles: all(2),
    faults: ["lost reply", "lost request"]
  }),
  race({
    counted: true,
    name: "limit: the last place, again after 503",
    setup: Effect.as(withPlaces(1), {}),
    clients: () => ({ only: act("guess", patient(guess)) }),
    oracles: [...all(1), finishes]
  }),
  race({
    counted: true,
    name: "limit: a guess on each side of the window's end",
    setup: Effect.andThen(withPlaces(0), Effect.as(Effect.sleep(windowMillis - 1), {})),
    clients: () => ({
      early: act("early", guess),
      late: Effect.andThen(Effect.sleep(1), patient(act("guess", guess)))
    }),
    oracles: [notTooSoon, notTooLate]
  })
]
