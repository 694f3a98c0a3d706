/**
 * Defect 6 repaired wrongly: the counter is exact, and a guess is counted when it was compared and found wrong. All who
 * looked before the first of them was counted are let in.
 */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { throttle } from "../../../src/services/flows/limits/Throttle.ts"
import { Limits } from "../../../src/services/storage/Limits.ts"
import { admittedAtMost, guess, name, withPlaces } from "../scenarios/Limits.ts"
import { mutant } from "./Mutant.ts"

/** Whether there is a place, without taking it; then the password is compared. */
const looked = Effect.flatMap(throttle("login_account", name), ({ taking }) => Limits.giveBack(taking))

const scenario = { setup: withPlaces(1), oracles: [admittedAtMost(1)], layer: MemoryProvider }

const clientsOf = <E, R>(one: Effect.Effect<void, E, R>) => ({ first: act("guess", one), second: act("guess", one) })

export const countedWhenWrong = mutant(import.meta.url, {
  of: "6b",
  name: "a guess is counted when it was found wrong",
  killedBy: "Limit",
  within: 100,
  broken: { ...scenario, clients: () => clientsOf(Effect.andThen(looked, Effect.ignore(guess))) },
  sound: { ...scenario, clients: () => clientsOf(guess) }
})
